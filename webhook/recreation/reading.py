"""Reading what decides how pods can be made anew: each kind once, whole or not at all."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from webhook.inventory.looking_around import declared_version, read_kind
from webhook.inventory.source import ObjectSource
from webhook.policy.evidence import NODE_LABELS, EvidenceRules, Grade
from webhook.policy.label_selector import LabelSelector
from webhook.policy.pod_document import PodDocument
from webhook.recreation.circumstances import Budget, Circumstances, Controller, Quota, Reference, VirtualNode
from webhook.recreation.overheard import reference_in
from webhook.recreation.rounding import DEFAULT, Amount, Rollout

CONTROLLERS = ("deployments", "statefulsets", "replicasets", "replicationcontrollers")
_ON_PODS = ("pods", "count/pods")
"""What a ResourceQuota calls the number of pods."""


class _Metadata(Struct, rename="camel"):
    name: str
    uid: str = ""
    namespace: str = ""
    generation: int = 0
    deletion_timestamp: str | None = None
    labels: dict[str, str] | None = None
    owner_references: Any = None


class _Owned(Struct):
    metadata: _Metadata


class _RollingUpdate(Struct, rename="camel"):
    max_surge: Amount = DEFAULT
    max_unavailable: Amount = DEFAULT


class _Strategy(Struct, rename="camel"):
    type: str = "RollingUpdate"
    rolling_update: _RollingUpdate | None = None


class _ControllerSpec(Struct, rename="camel"):
    replicas: int = 1
    paused: bool = False
    min_ready_seconds: int = 0
    strategy: _Strategy | None = None
    """A Deployment's; the others have none, or an updateStrategy."""
    template: PodDocument | None = None


class _Controller(Struct):
    metadata: _Metadata
    spec: _ControllerSpec


class _BudgetSpec(Struct, rename="camel"):
    selector: LabelSelector | None = None
    min_available: Amount | None = None
    max_unavailable: Amount | None = None


class _BudgetStatus(Struct, rename="camel"):
    disruptions_allowed: int = 0
    current_healthy: int = 0
    desired_healthy: int = 0
    expected_pods: int = 0
    observed_generation: int = 0


class _Budget(Struct):
    metadata: _Metadata
    spec: _BudgetSpec
    status: _BudgetStatus = msgspec.field(default_factory=_BudgetStatus)


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


async def read_circumstances(sources: Mapping[str, ObjectSource], rules: EvidenceRules) -> Circumstances:
    """Read every kind, those that fail aside. ``rules`` tell virtual nodes from others."""
    missing: dict[str, str] = {}
    jobs, budgets, quotas, nodes, controllers = await asyncio.gather(
        read_kind(sources, "jobs", _Owned, _job, missing),
        read_kind(sources, "poddisruptionbudgets", _Budget, _budget, missing),
        read_kind(sources, "resourcequotas", _Quota, _full, missing),
        read_kind(sources, "nodes", _Node, lambda one: _virtual_node(one, rules), missing),
        asyncio.gather(
            *(read_kind(sources, resource, _Controller, _controller, missing) for resource in CONTROLLERS),
        ),
    )
    return Circumstances(
        controllers={one.uid: one for kind in controllers for one in kind},
        jobs={uid: reference for uid, reference in jobs if reference is not None},
        budgets=_by_namespace(budgets),
        full=dict(one for one in quotas if one is not None),
        nodes=tuple(one for one in nodes if one is not None),
        missing=dict(sorted(missing.items())),
    )


def _job(one: _Owned) -> tuple[str, Reference | None]:
    return one.metadata.uid, reference_in(one.metadata.owner_references)


def _controller(one: _Controller) -> Controller:
    metadata, spec = one.metadata, one.spec
    rolling = spec.strategy is not None and spec.strategy.type == "RollingUpdate"
    given = (spec.strategy and spec.strategy.rolling_update) or _RollingUpdate()
    return Controller(
        uid=metadata.uid,
        controller=reference_in(metadata.owner_references),
        replicas=spec.replicas,
        deleting=metadata.deletion_timestamp is not None,
        paused=spec.paused,
        min_ready_seconds=spec.min_ready_seconds,
        platform_version=declared_version(spec.template),
        rollout=Rollout(max_surge=given.max_surge, max_unavailable=given.max_unavailable) if rolling else None,
    )


def _budget(one: _Budget) -> Budget:
    status = one.status
    return Budget(
        namespace=one.metadata.namespace,
        name=one.metadata.name,
        selector=one.spec.selector,
        min_available=one.spec.min_available,
        max_unavailable=one.spec.max_unavailable,
        allowed=status.disruptions_allowed,
        healthy=status.current_healthy,
        desired=status.desired_healthy,
        expected=status.expected_pods,
        stale=status.observed_generation < one.metadata.generation,
    )


def _by_namespace(budgets: Iterable[Budget]) -> Mapping[str, tuple[Budget, ...]]:
    found: dict[str, list[Budget]] = {}
    for budget in sorted(budgets, key=lambda one: one.name):
        found.setdefault(budget.namespace, []).append(budget)
    return {namespace: tuple(held) for namespace, held in found.items()}


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
