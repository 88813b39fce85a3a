"""Reading what stands around the pods: only when a report asks, at most once a minute, each kind for itself."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from webhook.inventory.source import ObjectSource, SourceFailed
from webhook.inventory.surroundings import NOT_EXAMINED, Budget, Surroundings, Template
from webhook.policy.label_selector import LabelSelector
from webhook.policy.owner import Owner, controller_of
from webhook.policy.pod_document import PodAnnotations, PodDocument

_T = TypeVar("_T")
_R = TypeVar("_R")
_KEPT = 60.0
"""Seconds."""
_WITHIN = 10.0
"""Seconds that a report waits. An API server that is silent must not silence the report too."""
_AT_ONCE = 50
"""Objects read before others get their turn, as in the reflector."""


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
        self._reading: asyncio.Task[None] | None = None
        self._read_at = float("-inf")
        self._kept = NOT_EXAMINED

    async def look(self) -> Surroundings:
        """Return what stands around the pods, a minute old at most. Never raises for what could not be read.

        NOT_EXAMINED where reading takes too long; it goes on, for who asks later.
        """
        if self._monotonic() - self._read_at <= _KEPT:
            return self._kept
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        done, _ = await asyncio.wait([self._reading], timeout=_WITHIN)
        for reading in done:
            reading.result()
        return self._kept if done else NOT_EXAMINED

    async def _read(self) -> None:
        read = await read_surroundings(self._sources)
        if read != replace(self._kept, revision=0):
            self._kept = replace(read, revision=self._kept.revision + 1)
        self._read_at = self._monotonic()


async def read_surroundings(sources: Mapping[str, ObjectSource]) -> Surroundings:
    """Read every kind, those that fail aside."""
    missing: dict[str, str] = {}
    replica_sets, jobs, deployments, stateful_sets, budgets = await asyncio.gather(
        read_kind(sources, "replicasets", _Owned, _owner, missing),
        read_kind(sources, "jobs", _Owned, _owner, missing),
        read_kind(sources, "deployments", _Workload, _template, missing),
        read_kind(sources, "statefulsets", _Workload, _template, missing),
        read_kind(sources, "poddisruptionbudgets", _Budget, lambda one: one, missing),
    )
    return Surroundings(
        examined=True,
        owners={uid: owner for uid, owner in (*replica_sets, *jobs) if owner is not None},
        templates=dict((*deployments, *stateful_sets)),
        budgets=_by_namespace(budgets),
        missing=dict(sorted(missing.items())),
    )


async def read_kind(
    sources: Mapping[str, ObjectSource],
    resource: str,
    kind: type[_T],
    reduce: Callable[[_T], _R],
    missing: dict[str, str],
) -> list[_R]:
    """Read a kind whole and reduce it, or nothing of it; what is missing is noted."""
    found: list[_R] = []
    odd = 0
    try:
        async for page in sources[resource].list():
            for number, item in enumerate(page.items):
                try:
                    found.append(reduce(msgspec.json.decode(item, type=kind)))
                except (msgspec.DecodeError, RecursionError):
                    odd += 1
                if number % _AT_ONCE == _AT_ONCE - 1:
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


def _owner(one: _Owned) -> tuple[str, Owner | None]:
    return one.metadata.uid, controller_of(one.metadata.owner_references)


def _template(one: _Workload) -> tuple[str, Template]:
    spec = one.spec
    return one.metadata.uid, Template(replicas=spec.replicas, platform_version=declared_version(spec.template))


def declared_version(pod: PodDocument | None) -> str | None:
    """Return the platform version that a pod or a template has in its annotation; None where that is no text."""
    metadata = pod.metadata if pod else None
    annotations = metadata.annotations if metadata else None
    version = annotations.platform_version if isinstance(annotations, PodAnnotations) else None
    return version if isinstance(version, str) else None


def _budget(budget: _Budget) -> Budget:
    status = budget.status
    return Budget(
        name=budget.metadata.name,
        selector=budget.spec.selector,
        allowed=status.disruptions_allowed,
        healthy=status.current_healthy,
        desired=status.desired_healthy,
    )
