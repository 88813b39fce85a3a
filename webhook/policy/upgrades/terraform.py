"""Clusters in a Terraform plan, as ``terraform show -json`` writes it: resources whose version ACK upgrades to.

Source: Terraform's JSON output format (hashicorp/terraform internal/command/jsonplan/plan.go, version 1.2);
aliyun/terraform-provider-alicloud, where a change of ``version`` of these resources calls UpgradeCluster. What is
created anew is no upgrade: it has no pods yet. Of a plan nothing is kept but addresses and minors: it holds secrets.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.upgrades.field_path import FieldPath
from webhook.policy.upgrades.kind import Part, Read, Scope, UpgradeKind, Upgrades, Writer
from webhook.policy.upgrades.this_cluster import ThisCluster

GROUP = "terraform"
"""Stands for an API group. There is none of that name: those of Kubernetes have a dot, or are its own."""

_RESOURCES = (
    "alicloud_cs_managed_kubernetes",
    "alicloud_cs_serverless_kubernetes",
    "alicloud_cs_kubernetes",
    "alicloud_cs_edge_kubernetes",
)
_VERSION = "version"
_LATER = "(known after apply)"
_NO_VERSION = "(no Kubernetes version)"
_FORMAT = re.compile(r"[01]\.[0-9]+")
"""A new minor may add what we need not know; a new major may mean anything."""
_OF_PLANS = ("resource_changes", "planned_values", "configuration")
"""A state and a schema have none of these."""
_PLAN = "the Terraform plan"
_MADE = (["create"],)
_GOES = (["delete"], ["forget"])


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedChange:
    """A cluster that is there before and after."""

    address: str
    """With its modules, as Terraform names it."""
    resource: str
    before: KubernetesVersion | None
    """None where it says none."""
    after: KubernetesVersion | None
    untold: str = ""
    """In place of a new version that cannot be told: what is to be said of it."""

    @property
    def rises(self) -> bool:
        """Whether it asks for more than before, or may. What the cluster really runs is not known here."""
        return bool(self.untold) or (self.after is not None and (self.before is None or self.after > self.before))


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """What cannot be read and may matter. Its texts repeat nothing of the plan but an address."""

    place: str
    problem: str


def kinds_of_plans(this_cluster: ThisCluster) -> tuple[UpgradeKind, ...]:
    """Return the resources as kinds that ask for an upgrade.

    All stand for this cluster, unless the policy claims some by the group ``terraform`` and their address as name.
    """
    claimed = any(claim.group == GROUP for claim in this_cluster.objects)
    return tuple(
        UpgradeKind(
            group=GROUP,
            resource=resource,
            kind=resource,
            scope=Scope.CLUSTER,
            upgrades=Upgrades.ANOTHER if claimed else Upgrades.THIS,
            writer=Writer.PERSON,
            reads=(Read(path=FieldPath.parse(_VERSION), of=Part.CONTROL_PLANE),),
            is_object=False,
            source="aliyun/terraform-provider-alicloud alicloud/resource_alicloud_cs_managed_kubernetes.go and its kin",
        )
        for resource in _RESOURCES
    )


def is_plan(found: object) -> bool:
    """Whether this is of Terraform, and no manifest: a plan, or what was given in place of one."""
    return isinstance(found, dict) and "format_version" in found and "apiVersion" not in found


def changes_in(plan: Mapping[str, Any]) -> Iterator[PlannedChange | Malformed]:
    """Yield the changes of clusters, those that leave the version as it is too. What is malformed hides no other."""
    version, changes = plan.get("format_version"), plan.get("resource_changes", [])
    if not isinstance(version, str) or not _FORMAT.fullmatch(version):
        yield Malformed(place=_PLAN, problem="its format_version is none that is known (1.2 and its like)")
        return
    if not any(key in plan for key in _OF_PLANS):
        yield Malformed(place=_PLAN, problem="it is no plan; give terraform show -json the file of terraform plan -out")
        return
    if plan.get("errored", False) is not False:
        yield Malformed(place=_PLAN, problem="planning failed, so it is not the whole plan")
    if not isinstance(changes, list):
        yield Malformed(place=_PLAN, problem="its resource_changes are no list")
        return
    for number, change in enumerate(changes):
        place = f"resource_changes[{number}] of {_PLAN}"
        if not isinstance(change, dict) or not isinstance(change.get("type"), str):
            yield Malformed(place=place, problem="it is no change of a resource")
        elif change["type"] in _RESOURCES and change.get("mode") != "data":
            yield from _change(change, place)


def _change(found: Mapping[str, Any], place: str) -> Iterator[PlannedChange | Malformed]:
    address, change = found.get("address"), found.get("change")
    if not isinstance(address, str) or not address:
        yield Malformed(place=place, problem="it is a cluster's, and has no address")
        return
    if not isinstance(change, dict):
        yield Malformed(place=address, problem="its change is no object")
        return
    before, after, unknown = change.get("before"), change.get("after"), change.get("after_unknown")
    if after is None and unknown is True:
        after = {}
    actions = change.get("actions")
    if (before is None and actions in _MADE) or (after is None and actions in _GOES):
        return
    if not isinstance(before, dict) or not isinstance(after, dict):
        yield Malformed(place=address, problem="its state before or after is no object")
        return
    was, becomes = before.get(_VERSION), after.get(_VERSION)
    if not isinstance(was, str | None) or not isinstance(becomes, str | None):
        yield Malformed(place=address, problem="its version is no text")
        return
    is_later = unknown.get(_VERSION, False) is not False if isinstance(unknown, dict) else unknown not in (None, False)
    version = None if is_later else KubernetesVersion.read(becomes or "")
    is_odd = bool(becomes) and becomes != was and version is None
    yield PlannedChange(
        address=address,
        resource=found["type"],
        before=KubernetesVersion.read(was or ""),
        after=version,
        untold=_LATER if is_later else _NO_VERSION if is_odd else "",
    )
