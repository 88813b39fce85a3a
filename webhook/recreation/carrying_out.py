"""Carrying out a plan: what an earlier run had in hand, then the canary, then all, so many workloads at once."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from webhook.recreation.earlier import done, read_earlier
from webhook.recreation.forecast import Forecast, foretold
from webhook.recreation.journal import Author, Event, Journal, Line
from webhook.recreation.one_workload import OneWorkload
from webhook.recreation.outcome import Fate, Outcome, Result
from webhook.recreation.plan import Plan, Strategy
from webhook.recreation.progress import Progress
from webhook.recreation.replacing import is_gone
from webhook.recreation.run import Run
from webhook.recreation.seams import Cluster
from webhook.recreation.settings import Settings
from webhook.recreation.stopping import Stopping
from webhook.recreation.throttle import Throttle
from webhook.recreation.turns import turns
from webhook.recreation.what_to_do import works_of

_ONCE = "only the canary was asked for"
_NO_CANARY = "no pod could be made anew as a canary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """Who carries a plan out, in which run, and what the journal holds of earlier ones."""

    author: Author
    lines: tuple[Line, ...] = ()


class CarryingOut:
    """Carries out one plan, once.

    ``stop`` ends it when what is in hand is over; cancelling ``carry_out`` ends it at once. Either way another run
    goes on where this one ended, from its journal.
    """

    def __init__(self, plan: Plan, cluster: Cluster, settings: Settings, journal: Journal, before: Before) -> None:
        self._plan = plan
        self._before = before
        self._stopping = Stopping(may_go_on=settings.may_go_on, failures_in_a_row=settings.failures_in_a_row)
        self._cluster, self._settings, self._journal = cluster, settings, journal
        self._works: list[OneWorkload] = []
        self._foretell: Callable[[Forecast], None] | None = None

    def stop(self, reason: str) -> None:
        """Begin nothing more."""
        self._stopping.stop(reason)

    async def carry_out(
        self,
        tell: Callable[[Progress], None] = lambda _: None,
        foretell: Callable[[Forecast], None] = lambda _: None,
    ) -> Result:
        """Do all of it, and return what became of each pod. Raises what the journal raises.

        ``foretell`` hears once how long the rest takes, when a new pod has shown it.
        """
        self._foretell = foretell
        run = Run(
            cluster=self._cluster,
            settings=self._settings,
            journal=self._journal,
            author=self._before.author,
            stopping=self._stopping,
            throttle=Throttle(self._settings.uniform),
            tell=tell,
        )
        lefts = read_earlier(self._before.lines, self._plan)
        while self._cluster.stale_for() and not self._stopping.why():
            await run.patience().wait()  # what is in hand cannot be told from an old copy
        finished = frozenset(uid for uid in done(lefts.values()) if is_gone(self._cluster, uid))
        earlier = tuple(
            Outcome(workload=step.workload, pod=pod, fate=Fate.EARLIER)
            for step in self._plan.steps
            for pod in step.pods
            if pod.uid in finished
        )
        self._works = works_of(run, self._plan.steps, lefts, finished)
        await self._do()
        outcomes = (outcome for work in self._works for outcome in work.work.outcomes)
        if self._stopping.reason:
            run.journal.write(run.author.line(Event.STOPPED, text=self._stopping.reason))
        return Result(outcomes=(*earlier, *outcomes), stopped=self._stopping.reason)

    async def _do(self) -> None:
        taken_up = [work for work in self._works if work.has_waits]
        await self._at_once(taken_up, OneWorkload.take_up)
        proven = any(outcome.new_version for work in taken_up for outcome in work.work.outcomes)
        if not proven:
            await self._canary()
        if self._settings.once:
            self._stopping.stop(_ONCE)
        await self._at_once(self._works, self._rest)

    async def _canary(self) -> None:
        """Make pods anew until one comes fit. One that nobody may evict, or that is no ECI pod now, proves nothing."""
        for work in sorted(self._works, key=lambda work: work.work.step.strategy is not Strategy.EVICT):
            while not self._stopping.why() and (outcome := await work.go_on()) is not None:
                self._look_ahead(outcome)
                if outcome.new_version:
                    return
                if outcome.fate is Fate.NOT_REPLACED:
                    self._stopping.stop(f"the canary failed: {outcome.workload}: {outcome.why}")
        if any(not work.is_over for work in self._works):
            self._stopping.stop(_NO_CANARY)

    async def _rest(self, work: OneWorkload) -> None:
        while not self._stopping.why() and (outcome := await work.go_on()) is not None:
            self._look_ahead(outcome)
        await work.finish(self._stopping.reason)

    def _look_ahead(self, outcome: Outcome) -> None:
        """Tell how long the rest takes, if there is any and this is the first that shows it."""
        if self._foretell is None or outcome.took is None or self._settings.once:
            return
        if left := [work.left for work in self._works if not (work.is_over or work.blocked)]:
            seconds = foretold(left, self._settings.concurrency, outcome.took)
            self._foretell(Forecast(seconds_a_pod=outcome.took, seconds_left=round(seconds, 1)))
            self._foretell = None

    async def _at_once(self, works: Iterable[OneWorkload], do: Callable[[OneWorkload], Awaitable[None]]) -> None:
        """Do it for all, in their turns, and for no more at once than is set."""
        rows = iter(turns(works, lambda one: one.work.step))

        async def one_after_the_other() -> None:
            for row in rows:
                for work in row:
                    await do(work)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._settings.concurrency):
                    group.create_task(one_after_the_other())
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None  # the first ended the others
