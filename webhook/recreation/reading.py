"""Reading what decides how pods can be made anew: each kind once, whole or not at all."""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from webhook.inventory.looking_around import declared_version, read_kind
from webhook.inventory.source import ObjectSource
from webhook.policy.evidence import EvidenceRules
from webhook.policy.label_selector import LabelSelector
from webhook.policy.pod_document import PodDocument
from webhook.recreation.budgets import Budget, Budgets
from webhook.recreation.circumstances import Circumstances, Controller, Reference
from webhook.recreation.kinds import RESOURCES
from webhook.recreation.overheard import reference_in
from webhook.recreation.room import read_full_quotas, read_virtual_nodes
from webhook.recreation.rounding import DEFAULT, Amount, Rollout


class _Metadata(Struct, rename="camel"):
    name: str
    uid: str = ""
    namespace: str = ""
    generation: int = 0
    deletion_timestamp: str | None = None
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


async def read_circumstances(sources: Mapping[str, ObjectSource], rules: EvidenceRules) -> Circumstances:
    """Read every kind, those that fail aside. ``rules`` tell virtual nodes from others."""
    missing: dict[str, str] = {}
    jobs, budgets, full, nodes, controllers = await asyncio.gather(
        read_kind(sources, "jobs", _Owned, _job, missing),
        read_kind(sources, "poddisruptionbudgets", _Budget, _budget, missing),
        read_full_quotas(sources, missing),
        read_virtual_nodes(sources, rules, missing),
        asyncio.gather(
            *(read_kind(sources, resource, _Controller, _controller, missing) for resource in RESOURCES.values()),
        ),
    )
    return Circumstances(
        controllers={one.uid: one for kind in controllers for one in kind},
        jobs={uid: reference for uid, reference in jobs if reference is not None},
        budgets=Budgets(budgets),
        full=full,
        nodes=nodes,
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
