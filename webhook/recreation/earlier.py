"""What earlier runs left, as the journal tells: pods that are done, and waits that were in hand."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from webhook.recreation.journal import Event, Line
from webhook.recreation.plan import Plan, PlannedPod, Step, Strategy, WorkloadRef

_DONE = frozenset({Event.REPLACED, Event.GONE})
_OVER = _DONE | {Event.BLOCKED}
_OF_RESTARTS = frozenset({Event.RESTARTING, Event.RESTARTED})
_BEFORE = frozenset({Event.PLANNED, Event.SAVED})
"""What changes nothing of how a pod was left by the run before."""


@dataclass(slots=True, kw_only=True)
class Left:
    """What was left of one pod."""

    pod: PlannedPod
    last: Event
    was_asked_for: bool = False
    """Whether its eviction was, or may have been."""
    was_created: bool = False
    manifest: str = ""

    @property
    def is_of_restart(self) -> bool:
        """Whether it goes by a restart, and not by an eviction."""
        return self.last in _OF_RESTARTS


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

    def asked_for(self) -> dict[str, Left]:
        """Return, by uid, pods that may go by our hand, and bare pods to be created still, however their run ended."""
        return {
            uid: left
            for uid, left in self.pods.items()
            if left.is_of_restart or (left.was_asked_for and not self._is_over(left))
        }

    def in_hand(self, went: Callable[[str], bool]) -> list[Left]:
        """Return those of them that are to be waited for. One that runs on, and that no restart takes, is not."""
        return [left for uid, left in self.asked_for().items() if left.last is Event.RESTARTED or went(uid)]

    def _is_over(self, left: Left) -> bool:
        if left.last is Event.FAILED:
            return self.strategy is not Strategy.MAKE_AGAIN or left.was_created
        return left.last in _OVER

    def step(self) -> Step:
        """Return how it was gone about. Which of its pods are left is for others to say."""
        return Step(
            workload=self.workload,
            strategy=self.strategy,
            pods=(),
            min_ready_seconds=self.min_ready_seconds,
            on_ordinary_nodes=self.on_ordinary_nodes,
        )


def read_earlier(lines: Iterable[Line], plan: Plan) -> dict[str, LeftWork]:
    """Fold the lines of what a plan speaks of, by the uid of the workload. What it does not, its run does not see."""
    return _by_place(lines, plan).get("", {})


def left_elsewhere(lines: Iterable[Line], plan: Plan) -> list[str]:
    """Say where else something was left that a run may have to wait for, or to create again."""
    places = _by_place(lines, plan).items()
    return sorted(place for place, works in places if place and any(work.asked_for() for work in works.values()))


def done(works: Iterable[LeftWork]) -> frozenset[str]:
    """Return the uids of pods on which nothing was left to do. Whether they are gone is for the cluster to say."""
    return frozenset(uid for work in works for uid, left in work.pods.items() if left.last in _DONE)


def _by_place(lines: Iterable[Line], plan: Plan) -> dict[str, dict[str, LeftWork]]:
    places: dict[str, dict[str, LeftWork]] = {}
    for line in lines:
        if line.workload is not None:
            works = places.setdefault(_place(line, line.workload, plan), {})
            _take(works.setdefault(line.workload.uid, LeftWork(workload=line.workload)), line)
    return places


def _place(line: Line, workload: WorkloadRef, plan: Plan) -> str:
    """Return "" for what the plan speaks of."""
    if line.cluster_id and plan.cluster_id:
        is_of_cluster = line.cluster_id == plan.cluster_id
    else:
        is_of_cluster = line.cluster == plan.cluster
    if not is_of_cluster:
        return f"cluster {line.cluster}"
    return "" if plan.namespace in {"", workload.namespace} else f"namespace {workload.namespace}"


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
    if line.event not in _BEFORE:
        left.last = line.event
