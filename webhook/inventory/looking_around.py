"""Reading what stands around the pods: only when a report asks, at most once a minute, each kind for itself."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from webhook.inventory.source import ObjectSource, SourceFailed
from webhook.inventory.surroundings import Budget, Surroundings, Template
from webhook.policy.label_selector import LabelSelector
from webhook.policy.owner import controller_of
from webhook.policy.pod_document import PodAnnotations, PodDocument

_T = TypeVar("_T")
_KEPT = 60.0
"""Seconds."""


class _Metadata(Struct, rename="camel"):
    uid: str
    namespace: str = ""
    name: str = ""
    owner_references: Any = None


class _Owned(Struct):
    metadata: _Metadata


class _WorkloadSpec(Struct):
    replicas: int = 1
    template: PodDocument | None = None


class _Workload(Struct):
    metadata: _Metadata
    spec: _WorkloadSpec


class _BudgetSpec(Struct):
    selector: LabelSelector | None = None


class _BudgetStatus(Struct, rename="camel"):
    disruptions_allowed: int = 0
    current_healthy: int = 0
    desired_healthy: int = 0


class _Budget(Struct):
    metadata: _Metadata
    spec: _BudgetSpec
    status: _BudgetStatus = msgspec.field(default_factory=_BudgetStatus)


class LookingAround:
    """Keeps what was read last. Many reports at a time read once."""

    def __init__(
        self,
        sources: Mapping[str, ObjectSource],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sources = sources
        self._monotonic = monotonic
        self._reading = asyncio.Lock()
        self._read_at = float("-inf")
        self._kept = Surroundings()

    async def look(self) -> Surroundings:
        """Return what stands around the pods, a minute old at most. Never raises for what could not be read."""
        async with self._reading:
            if self._monotonic() - self._read_at > _KEPT:
                read = await read_surroundings(self._sources)
                if read != replace(self._kept, revision=0):
                    self._kept = replace(read, revision=self._kept.revision + 1)
                self._read_at = self._monotonic()
            return self._kept


async def read_surroundings(sources: Mapping[str, ObjectSource]) -> Surroundings:
    """Read every kind, those that fail aside."""
    missing: dict[str, str] = {}
    replica_sets, jobs, deployments, stateful_sets, budgets = await asyncio.gather(
        _read(sources, "replicasets", _Owned, missing),
        _read(sources, "jobs", _Owned, missing),
        _read(sources, "deployments", _Workload, missing),
        _read(sources, "statefulsets", _Workload, missing),
        _read(sources, "poddisruptionbudgets", _Budget, missing),
    )
    owners = ((one.metadata.uid, controller_of(one.metadata.owner_references)) for one in (*replica_sets, *jobs))
    return Surroundings(
        examined=True,
        owners={uid: owner for uid, owner in owners if owner is not None},
        templates={one.metadata.uid: _template(one.spec) for one in (*deployments, *stateful_sets)},
        budgets=_by_namespace(budgets),
        missing=dict(sorted(missing.items())),
    )


async def _read(
    sources: Mapping[str, ObjectSource],
    resource: str,
    kind: type[_T],
    missing: dict[str, str],
) -> list[_T]:
    """Read a kind whole, or nothing of it; what is missing is noted."""
    found: list[_T] = []
    odd = 0
    try:
        async for page in sources[resource].list():
            for item in page.items:
                try:
                    found.append(msgspec.json.decode(item, type=kind))
                except (msgspec.DecodeError, RecursionError):
                    odd += 1
            await asyncio.sleep(0)
    except SourceFailed as failure:
        missing[resource] = str(failure)
        return []
    if odd:
        missing[resource] = f"{odd} could not be read"
    return found


def _by_namespace(budgets: Iterable[_Budget]) -> Mapping[str, tuple[Budget, ...]]:
    found: dict[str, list[Budget]] = {}
    for budget in sorted(budgets, key=lambda one: one.metadata.name):
        found.setdefault(budget.metadata.namespace, []).append(_budget(budget))
    return {namespace: tuple(held) for namespace, held in found.items()}


def _template(spec: _WorkloadSpec) -> Template:
    metadata = spec.template.metadata if spec.template else None
    annotations = metadata.annotations if metadata else None
    version = annotations.platform_version if isinstance(annotations, PodAnnotations) else None
    return Template(replicas=spec.replicas, platform_version=version if isinstance(version, str) else None)


def _budget(budget: _Budget) -> Budget:
    status = budget.status
    return Budget(
        name=budget.metadata.name,
        selector=budget.spec.selector,
        allowed=status.disruptions_allowed,
        healthy=status.current_healthy,
        desired=status.desired_healthy,
    )
