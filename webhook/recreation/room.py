"""Reading whether new pods find room: quotas that are full, and the nodes on which they would run."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from webhook.inventory.looking_around import read_kind
from webhook.inventory.source import ObjectSource
from webhook.policy.evidence import NODE_LABELS, EvidenceRules, Grade
from webhook.recreation.circumstances import Quota, VirtualNode

_ON_PODS = ("pods", "count/pods")
"""What a ResourceQuota calls the number of pods."""


class _Metadata(Struct):
    name: str
    namespace: str = ""
    labels: dict[str, str] | None = None


class _QuotaSpec(Struct):
    scopes: Any = None
    scope_selector: Any = msgspec.field(default=None, name="scopeSelector")


class _QuotaStatus(Struct):
    hard: dict[str, str] | None = None
    used: dict[str, str] | None = None


class _Quota(Struct):
    metadata: _Metadata
    spec: _QuotaSpec = msgspec.field(default_factory=_QuotaSpec)
    status: _QuotaStatus = msgspec.field(default_factory=_QuotaStatus)


class _Condition(Struct):
    type: str
    status: str


class _NodeSpec(Struct):
    unschedulable: bool = False


class _NodeStatus(Struct):
    conditions: tuple[_Condition, ...] | None = None


class _Node(Struct):
    metadata: _Metadata
    spec: _NodeSpec = msgspec.field(default_factory=_NodeSpec)
    status: _NodeStatus = msgspec.field(default_factory=_NodeStatus)


async def read_full_quotas(sources: Mapping[str, ObjectSource], missing: dict[str, str]) -> Mapping[str, Quota]:
    """Return, by namespace, one quota that has no room for one more pod."""
    return dict(one for one in await read_kind(sources, "resourcequotas", _Quota, _full, missing) if one is not None)


async def read_virtual_nodes(
    sources: Mapping[str, ObjectSource],
    rules: EvidenceRules,
    missing: dict[str, str],
) -> tuple[VirtualNode, ...]:
    """Return the virtual nodes, which ``rules`` tell from others."""
    nodes = await read_kind(sources, "nodes", _Node, lambda one: _virtual_node(one, rules), missing)
    return tuple(one for one in nodes if one is not None)


def _full(one: _Quota) -> tuple[str, Quota] | None:
    """Return a quota that has no room for one more pod. One of some pods only (by scope) says nothing of others."""
    if one.spec.scopes or one.spec.scope_selector:
        return None
    hard, used = one.status.hard or {}, one.status.used or {}
    for what in _ON_PODS:
        most, now = hard.get(what, ""), used.get(what, "0")
        if most.isdecimal() and now.isdecimal() and int(now) >= int(most):
            return one.metadata.namespace, Quota(name=one.metadata.name, used=int(now), hard=int(most))
    return None


def _virtual_node(one: _Node, rules: EvidenceRules) -> VirtualNode | None:
    metadata = one.metadata
    labelled = any((metadata.labels or {}).get(key) == value for key, value in NODE_LABELS.items())
    if not labelled and rules.weigh_node(metadata.name).grade is Grade.NONE:
        return None
    return VirtualNode(
        name=metadata.name,
        ready=any(
            condition.type == "Ready" and condition.status == "True" for condition in one.status.conditions or ()
        ),
        schedulable=not one.spec.unschedulable,
    )
