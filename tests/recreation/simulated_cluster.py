"""A cluster in memory, on virtual time. It stands in for the API server and its watch; ``World`` for what is behind it.

Requests travel, and arrive also when who sent them is dead. The watch tells a little late, and nothing while the API
server is away. At each eviction it is asserted that recreation does what it may: see ``_must_be_allowed``.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from tests.recreation.world import World, belonging, later
from webhook.recreation.plan import Plan, PlannedPod, WorkloadRef
from webhook.recreation.seams import Eviction, EvictionAnswer, PodNow

T = TypeVar("T")
TRAVEL, LAG = 0.01, 0.02
"""Seconds that a request takes each way, and by which the watch is late."""


@dataclass(kw_only=True)
class InFlight:
    """What was evicted, and what was there then."""

    uid: str
    there: frozenset[str]


class SimulatedCluster:
    def __init__(self, most: int = 5) -> None:
        self.world = World(lambda: later(LAG, self.watch))
        self.allowed: set[str] = set()
        """Uids of pods that some plan named."""
        self.evicted: list[str] = []
        self.notes: list[tuple[str, str]] = []
        self.is_saved: Callable[[str], bool] = lambda _: True
        """Whether the manifest of a bare pod is in the journal."""
        self.throttled_until = self.loses_answers_until = 0.0
        self.refuses_creates = ""
        self.tells_wanted = True
        self.asked: list[tuple[float, str]] = []
        """When evictions arrived, and of which pods."""
        self._in_flight: dict[str, InFlight] = {}
        self._most = most
        self._seen: dict[str, PodNow] = {}
        self._namespace = ""
        self._down_since: float | None = None
        self._answers = True
        self._waiters: list[asyncio.Future[None]] = []

    def plan(self, namespace: str = "") -> Plan:
        plan = self.world.plan(namespace)
        self.allowed |= {pod.uid for step in plan.steps for pod in step.pods}
        return plan

    def follow(self, namespace: str) -> None:
        """Show the run that begins what it may see: one namespace, or all."""
        self._namespace = namespace
        self.watch()

    def go_away(self, seconds: float, *, answers: bool = False) -> None:
        """Tell nothing by the watch for so long, and answer nobody, or as ever."""
        self._down_since = _now()
        self._answers = answers
        later(seconds, self._come_back)

    def give_up(self, workload: WorkloadRef) -> None:
        """What failed there is in flight no more."""
        self._in_flight.pop(workload.uid, None)

    async def evict(self, pod: PlannedPod, *, dry_run: bool = False) -> EvictionAnswer:
        assert not dry_run
        if not self._answers:
            await asyncio.sleep(1)
            return EvictionAnswer(eviction=Eviction.UNREACHABLE, said="connection refused")
        answer = await self._sent(lambda: self._evict(pod))
        if _now() < self.loses_answers_until:
            return EvictionAnswer(eviction=Eviction.UNREACHABLE, said="the answer was lost")
        return answer

    async def restart(self, workload: WorkloadRef, at: datetime) -> str:
        if not self._answers:
            await asyncio.sleep(1)
            return "connection refused"
        await self._sent(lambda: self.world.restart(self.world.workloads[workload.uid], at))
        return ""

    async def save(self, pod: PlannedPod) -> str | None:
        await asyncio.sleep(2 * TRAVEL)
        return pod.name if pod.uid in self.world.pods and self._answers else None

    async def create(self, manifest: str) -> str:
        if not self._answers or self.refuses_creates:
            await asyncio.sleep(1)
            return self.refuses_creates or "connection refused"
        await self._sent(lambda: self.world.create(manifest))
        return ""

    async def note(self, workload: WorkloadRef, reason: str, text: str) -> None:
        await asyncio.sleep(TRAVEL)
        self.notes.append((workload.name, f"{reason}: {text}"))

    def pod(self, uid: str) -> PodNow | None:
        return self._seen.get(uid)

    def pods_of(self, workload: WorkloadRef) -> Sequence[PodNow]:
        return belonging(self._seen, workload)

    def alive(self, workload: WorkloadRef) -> bool:
        return self._namespace in {"", workload.namespace} and self.world.workloads[workload.uid].alive

    def wanted(self, workload: WorkloadRef) -> int | None:
        return self.world.workloads[workload.uid].replicas if self.tells_wanted else None

    def paused(self, workload: WorkloadRef) -> bool:
        return self.world.workloads[workload.uid].paused

    def stale_for(self) -> float:
        return 0.0 if self._down_since is None else max(_now() - self._down_since, 0.001)

    async def changed(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        changed: asyncio.Future[None] = loop.create_future()
        self._waiters.append(changed)
        timer = loop.call_later(seconds, _wake, changed)
        try:
            await changed
        finally:
            timer.cancel()

    async def _sent(self, do: Callable[[], T]) -> T:
        """Let a request travel. It is done even if nobody waits for the answer any more."""
        answered: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def arrive() -> None:
            answer = do()
            if not answered.done():
                answered.set_result(answer)

        later(TRAVEL, arrive)
        answer = await answered
        await asyncio.sleep(TRAVEL)
        return answer

    def _evict(self, planned: PlannedPod) -> EvictionAnswer:
        self.asked.append((_now(), planned.name))
        pod = self.world.pods.get(planned.uid)
        if _now() < self.throttled_until:
            return EvictionAnswer(eviction=Eviction.THROTTLED, said="slow down", retry_after=5)
        if pod is None:
            return EvictionAnswer(eviction=Eviction.GONE)
        workload = self.world.workloads[pod.owner_uid or pod.uid]
        if workload.answer is not None:
            return workload.answer
        sharing = self.world.sharing(workload)
        held = [one for other in sharing for one in self.world.of(other.ref)]
        healthy = sum(one.ready_since is not None and not one.deleting for one in held)
        if not pod.deleting and workload.min_available is not None and healthy - 1 < workload.min_available:
            said = f"budget needs {workload.min_available} healthy pods and has {healthy}"
            return EvictionAnswer(eviction=Eviction.BUDGET, said=said)
        self._must_be_allowed(pod)
        self._in_flight[workload.ref.uid] = InFlight(uid=pod.uid, there=frozenset(self.world.pods))
        self.evicted.append(pod.uid)
        self.world.delete_pod(pod.uid)
        return EvictionAnswer(eviction=Eviction.ACCEPTED)

    def _must_be_allowed(self, pod: PodNow) -> None:
        """Assert what holds whenever we evict: of the plan, alone under its owner, not too many, saved if bare."""
        assert pod.uid in self.allowed, "a pod outside the plan"
        owner = pod.owner_uid or pod.uid
        before = self._in_flight.get(owner)
        assert before is None or before.uid == pod.uid or self._is_over(owner), "two in flight under one owner"
        others = [uid for uid in self._in_flight if uid != owner and not self._is_over(uid)]
        assert len(others) < self._most, "more workloads at once than are allowed"
        mates = {one.ref.uid for one in self.world.sharing(self.world.workloads[owner])}
        assert mates.isdisjoint(others), "two in flight under one budget"
        assert pod.owner_uid or self.is_saved(pod.uid), "a bare pod that is not saved"

    def _is_over(self, owner: str) -> bool:
        """Whether what was evicted there has a good replacement, or needs none."""
        workload, flight = self.world.workloads[owner], self._in_flight[owner]
        if flight.uid in self.world.pods:
            return False
        pods = [pod for pod in self.world.of(workload.ref) if not pod.deleting]
        good = [pod for pod in pods if pod.uid not in flight.there and workload.is_good(pod)]
        return bool(good) or not workload.alive or (workload.replicas is not None and len(pods) >= workload.replicas)

    def watch(self) -> None:
        """Let the copy be as the cluster: a little after each change, and when a process begins."""
        if self._down_since is None:
            pods = self.world.pods.items()
            self._seen = {uid: pod for uid, pod in pods if self._namespace in {"", pod.namespace}}
            waiters, self._waiters = self._waiters, []
            for waiter in waiters:
                _wake(waiter)

    def _come_back(self) -> None:
        self._down_since = None
        self._answers = True
        self.watch()


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)


def _now() -> float:
    return asyncio.get_running_loop().time()
