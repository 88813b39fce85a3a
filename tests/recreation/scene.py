"""A run of recreation on the simulated cluster, which may be killed anywhere and run again."""

import random
from collections.abc import Awaitable, Callable
from typing import Any, cast

from tests.recreation.simulated_cluster import SimulatedCluster
from tests.recreation.virtual_time import clock
from tests.recreation.world import WORKER
from webhook.recreation.carrying_out import Before, CarryingOut
from webhook.recreation.journal import Author, Event, Line
from webhook.recreation.outcome import Fate, Result
from webhook.recreation.plan import Plan
from webhook.recreation.progress import Progress
from webhook.recreation.seams import Cluster
from webhook.recreation.settings import Settings

CALLS = {"evict", "restart", "save", "create", "note", "changed"}


class Killed(BaseException):
    """The process is no more."""


class Life:
    """Of one process. Whatever it does outside is two points: before it is done, and before it is known."""

    def __init__(self, ends_at: int | None = None) -> None:
        self.ends_at = ends_at
        self.points = 0

    def point(self) -> None:
        self.points += 1
        if self.ends_at is not None and self.points > self.ends_at:
            raise Killed


class Mortal:
    """What one process sees of a cluster: all of it, while it lives."""

    def __init__(self, cluster: SimulatedCluster, life: Life) -> None:
        self._cluster, self._life = cluster, life

    def __getattr__(self, name: str) -> Any:
        there = getattr(self._cluster, name)
        return self._called(there) if name in CALLS else there

    def _called(self, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def called(*args: Any, **more: Any) -> Any:
            self._life.point()
            answer = await call(*args, **more)
            self._life.point()
            return answer

        return called


class Paper:
    """A journal in memory, which outlives who writes."""

    def __init__(self, life: Life, lines: list[Line]) -> None:
        self._life, self._lines = life, lines

    def write(self, *lines: Line) -> None:
        self._life.point()
        self._lines += lines
        self._life.point()


class Scene:
    """A cluster, and the journal of all runs on it."""

    def __init__(self, most: int = 5) -> None:
        self.cluster = SimulatedCluster(most)
        self.world = self.cluster.world
        self.lines: list[Line] = []
        self.told: list[Progress] = []
        self.most = most
        self.cluster.is_saved = lambda uid: any(line.uid == uid and line.event is Event.SAVED for line in self.lines)

    def carrying_out(self, plan: Plan | None = None, life: Life | None = None, **more: Any) -> CarryingOut:
        life, plan = life or Life(), plan or self.cluster.plan()
        self.cluster.follow(plan.namespace)
        settings = Settings(
            fit={None: False, "1.0.0": False, "1.1.0": True}.get,
            ordinary=WORKER.__eq__,
            uniform=random.Random(1),
            **{"concurrency": self.most, "timeout": 60.0} | more,
        )
        run = f"run-{len({line.run for line in self.lines})}"
        author = Author(who="somebody", run=run, cluster=plan.cluster, cluster_id=plan.cluster_id, clock=clock)
        return CarryingOut(
            plan,
            cast("Cluster", Mortal(self.cluster, life)),
            settings,
            Paper(life, self.lines),
            Before(author=author, lines=tuple(self.lines)),
        )

    async def run(self, plan: Plan | None = None, life: Life | None = None, **more: Any) -> Result:
        return await self.carrying_out(plan, life, **more).carry_out(self.tell)

    def tell(self, progress: Progress) -> None:
        self.told.append(progress)
        if progress.ended:
            self.cluster.give_up(progress.workload)

    def events(self, pod: str) -> list[Event]:
        return [line.event for line in self.lines if line.pod == pod]


def fates(result: Result) -> list[Fate]:
    return [outcome.fate for outcome in result.outcomes]
