"""What earlier runs left, as the journal tells: pods that are done, and waits that were in hand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from webhook.recreation.journal import Event, Line
from webhook.recreation.plan import PlannedPod, Step, Strategy, WorkloadRef

_DONE = frozenset({Event.REPLACED, Event.GONE})
_OVER = _DONE | {Event.BLOCKED}


@dataclass(slots=True, kw_only=True)
class Left:
    """What was left of one pod."""

    pod: PlannedPod
    last: Event
    was_asked_for: bool = False
    """Whether its eviction was, or may have been."""
    was_created: bool = False
    manifest: str = ""


@dataclass(slots=True, kw_only=True)
class LeftWork:
    """What was left of one workload."""

    workload: WorkloadRef
    strategy: Strategy = Strategy.EVICT
    min_ready_seconds: int = 0
    on_ordinary_nodes: int = 0
    pods: dict[str, Left] = field(default_factory=dict)
    beside: set[str] = field(default_factory=set)
    restart_at: datetime | None = None
    """The instant of a restart that was, or may have been, asked for, and is not over."""

    def in_hand(self) -> list[Left]:
        """Return pods that were waited for, and bare pods that are to be created still, however their run ended."""
        return [left for left in self.pods.values() if left.was_asked_for and not self._is_over(left)]

    def _is_over(self, left: Left) -> bool:
        if left.last is Event.FAILED:
            return self.strategy is not Strategy.MAKE_AGAIN or left.was_created
        return left.last in _OVER

    def restarted(self) -> tuple[PlannedPod, ...]:
        """Return the pods of a restart that was granted, and whose end was not seen."""
        return tuple(left.pod for left in self.pods.values() if left.last is Event.RESTARTED)

    def step(self) -> Step:
        """Return how it was gone about. Which of its pods are left is for others to say."""
        return Step(
            workload=self.workload,
            strategy=self.strategy,
            pods=(),
            min_ready_seconds=self.min_ready_seconds,
            on_ordinary_nodes=self.on_ordinary_nodes,
        )


def read_earlier(lines: Iterable[Line], cluster: str) -> dict[str, LeftWork]:
    """Fold the lines of one cluster, by the uid of the workload."""
    works: dict[str, LeftWork] = {}
    for line in lines:
        if line.workload is not None and line.cluster == cluster:
            _take(works.setdefault(line.workload.uid, LeftWork(workload=line.workload)), line)
    return works


def done(works: Iterable[LeftWork]) -> frozenset[str]:
    """Return the uids of pods on which nothing was left to do. Whether they are gone is for the cluster to say."""
    return frozenset(uid for work in works for uid, left in work.pods.items() if left.last in _DONE)


def _take(work: LeftWork, line: Line) -> None:
    work.beside.update(line.beside)
    if line.event is Event.PLANNED and line.strategy is not None:
        work.strategy, work.min_ready_seconds = line.strategy, line.min_ready_seconds
        work.on_ordinary_nodes = line.on_ordinary_nodes
    if not line.uid:
        return
    pod = PlannedPod(namespace=line.workload.namespace if line.workload else "", name=line.pod, uid=line.uid)
    left = work.pods.setdefault(line.uid, Left(pod=pod, last=line.event))
    left.manifest = line.manifest or left.manifest
    left.was_created |= line.event is Event.CREATED
    if line.event is Event.REFUSED:
        left.was_asked_for = False
    left.was_asked_for |= line.event in {Event.EVICTING, Event.EVICTED}
    if line.event is Event.RESTARTING:
        work.restart_at = line.when
    elif line.event in _OVER or line.event is Event.FAILED:
        work.restart_at = None
    left.last = line.event
