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
    """Return, by namespace, the quota that has the least room, where that is none for one more pod."""
    found = [one for full in await read_kind(sources, "resourcequotas", _Quota, _full, missing) for one in full]
    return {one.namespace: one for one in sorted(found, key=lambda one: (one.over, one.name))}


async def read_virtual_nodes(
    sources: Mapping[str, ObjectSource],
    rules: EvidenceRules,
    missing: dict[str, str],
) -> tuple[VirtualNode, ...]:
    """Return the virtual nodes, which ``rules`` tell from others."""
    nodes = await read_kind(sources, "nodes", _Node, lambda one: _virtual_node(one, rules), missing)
    return tuple(one for one in nodes if one is not None)


def _full(one: _Quota) -> list[Quota]:
    """Return what leaves no room for one more pod. A quota of some pods only (by scope) says nothing of others."""
    if one.spec.scopes or one.spec.scope_selector:
        return []
    hard, used = one.status.hard or {}, one.status.used or {}
    counts = [(used.get(what, "0"), hard.get(what, "")) for what in _ON_PODS]
    return [
        Quota(namespace=one.metadata.namespace, name=one.metadata.name, used=int(now), hard=int(most))
        for now, most in counts
        if most.isdecimal() and now.isdecimal() and int(now) >= int(most)
    ]


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
