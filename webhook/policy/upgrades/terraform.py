"""Clusters in a Terraform plan, as ``terraform show -json`` writes it: resources whose version ACK upgrades to.

Source: Terraform's JSON output format, "resource changes"; aliyun/terraform-provider-alicloud, where a change of
``version`` of these resources calls UpgradeCluster. What is created anew is no upgrade: it has no pods yet.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from webhook.policy.upgrades.field_path import FieldPath
from webhook.policy.upgrades.kind import Part, Read, Scope, UpgradeKind, Upgrades, Writer

GROUP = "terraform"
"""Stands for an API group. There is none of that name: those of Kubernetes have a dot, or are its own."""

_UNKNOWN = "(known after apply)"
_VERSION = "version"

KINDS = tuple(
    UpgradeKind(
        group=GROUP,
        resource=resource,
        kind=resource,
        scope=Scope.CLUSTER,
        upgrades=Upgrades.THIS,
        writer=Writer.PERSON,
        reads=(Read(path=FieldPath.parse(_VERSION), of=Part.CONTROL_PLANE),),
        is_object=False,
        source="aliyun/terraform-provider-alicloud alicloud/resource_alicloud_cs_managed_kubernetes.go and its kin",
    )
    for resource in (
        "alicloud_cs_managed_kubernetes",
        "alicloud_cs_serverless_kubernetes",
        "alicloud_cs_kubernetes",
        "alicloud_cs_edge_kubernetes",
    )
)
_RESOURCES = frozenset(kind.resource for kind in KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedChange:
    """One resource of a plan. Nothing but the version is kept of it: a plan holds secrets."""

    address: str
    """With its modules, as Terraform names it."""
    resource: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class MalformedPlan(ValueError):
    """Raised for a plan in which something that decides has a wrong type. Its message repeats nothing."""


def is_plan(found: object) -> bool:
    """Whether this is a plan, and no manifest."""
    return isinstance(found, dict) and "format_version" in found and "terraform_version" in found


def changes_in(plan: Mapping[str, Any]) -> Iterator[PlannedChange]:
    """Yield the changes of clusters, those that leave the version as it is too. Raises MalformedPlan."""
    changes = plan.get("resource_changes", [])
    if not isinstance(changes, list) or plan.get("errored") is True:
        raise MalformedPlan("resource_changes of the plan is no list, or planning failed")
    for change in changes:
        if isinstance(change, dict) and change.get("type") in _RESOURCES and change.get("mode") != "data":
            yield from _change(change)


def _change(found: Mapping[str, Any]) -> Iterator[PlannedChange]:
    address, change = found.get("address"), found.get("change")
    if not isinstance(address, str) or not isinstance(change, dict):
        raise MalformedPlan("a change of a cluster in the plan has no address, or says nothing")
    before, after = change.get("before"), change.get("after")
    if not isinstance(before, dict) or not isinstance(after, dict):
        return  # it is made, or it goes
    unknown = change.get("after_unknown")
    later = isinstance(unknown, dict) and unknown.get(_VERSION) is True
    yield PlannedChange(
        address=address,
        resource=found["type"],
        before={_VERSION: before.get(_VERSION)},
        after={_VERSION: _UNKNOWN if later else after.get(_VERSION)},
    )
