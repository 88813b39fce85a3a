"""One workload, pod by pod: never a second before the first is over, and none after one that failed."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import structs

from webhook.recreation.bare_pod import create_again, make_again
from webhook.recreation.departing import STAYS, Departing, Departure
from webhook.recreation.earlier import Left
from webhook.recreation.journal import Event
from webhook.recreation.outcome import DONE, Fate, Outcome
from webhook.recreation.plan import PlannedPod, Step, Strategy
from webhook.recreation.replacing import await_replacement
from webhook.recreation.restarting import await_restarted, restart
from webhook.recreation.work import Work

_NOTE_WITHIN = 5.0
"""Seconds. An Event on the workload is a courtesy."""


@dataclass(slots=True, kw_only=True)
class OneWorkload:
    """Goes through one workload. ``in_hand`` and ``restarted`` are what an earlier run waited for.

    ``asked_for`` are, by uid, all pods that may go by its hand: also those that run now, for all it may be soon.
    """

    work: Work
    in_hand: tuple[Left, ...] = ()
    restarted: tuple[PlannedPod, ...] = ()
    asked_for: Mapping[str, Left] = field(default_factory=dict)
    restart_at: datetime | None = None
    blocked: str = ""
    _begun: bool = False
    _left: deque[PlannedPod] = field(init=False)

    def __post_init__(self) -> None:
        waited_for = {left.pod.uid for left in self.in_hand} | {pod.uid for pod in self.restarted}
        self._left = deque(pod for pod in self.work.step.pods if pod.uid not in waited_for)

    @property
    def left(self) -> Step:
        """What is left to begin."""
        return structs.replace(self.work.step, pods=tuple(self._left))

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to begin."""
        return not self._left

    @property
    def has_waits(self) -> bool:
        """Whether an earlier run had something in hand."""
        return bool(self.in_hand or self.restarted)

    async def take_up(self) -> None:
        """See to the end what an earlier run had in hand. What it had evicted is not asked for again."""
        if self.restarted:
            await await_restarted(self.work, self.restarted)
            self._take(self.work.outcomes[-1])
        for left in self.in_hand:
            if self.work.is_bare:
                self._take(await create_again(self.work, left.pod, left.manifest))
            else:
                self._take(await await_replacement(self.work, left.pod, ours=True))

    async def go_on(self) -> Outcome | None:
        """Deal with the next pod, or by a restart with all of them; return what became of it, None if none is left."""
        if not self._left or self.blocked:
            return None
        await self._begin()
        if not self._left:
            return None
        if self.work.step.strategy is Strategy.RESTART:
            pods = tuple(self._left)
            self._left.clear()
            await restart(self.work, pods, self.restart_at)
            outcome = self.work.outcomes[-1]
        else:
            outcome = await self._one(self._left.popleft())
        self._take(outcome)
        return outcome

    async def finish(self, why: str) -> None:
        """Leave what is left as it is, and say so."""
        for pod in self._left:
            self.work.end(pod, Fate.NOT_BEGUN, self.blocked or why)
        self._left.clear()
        self.work.tell(blocked=self.blocked, ended=True, in_hand="", waiting_for="")
        if self._begun or self.has_waits:
            outcomes = self.work.outcomes
            said = f"{sum(one.fate in DONE for one in outcomes)} of {len(outcomes)} pods are done"
            said = f"{said}: {self.blocked}" if self.blocked else said
            self.work.run.journal.write(self.work.run.author.line(Event.FINISHED, self.work.step.workload, said))
            await self._note("RecreationEnded", said)

    async def _begin(self) -> None:
        if self._begun:
            return
        self._begun = True
        work = self.work
        work.known.update(pod.uid for pod in self._left)
        here = [pod for pod in self._left if pod.uid in self.asked_for or work.run.cluster.pod(pod.uid) is not None]
        work.write(
            Event.PLANNED,
            self._left,
            strategy=work.step.strategy,
            min_ready_seconds=work.step.min_ready_seconds,
            on_ordinary_nodes=work.step.on_ordinary_nodes,
            beside=work.look(),
        )
        for pod in self._left:
            if pod not in here:
                work.end(pod, Fate.GONE, "it was gone before its turn")
        self._left = deque(here)
        await self._note("Recreating", f"{len(here)} pods are to be made anew ({work.step.strategy})")

    async def _one(self, pod: PlannedPod) -> Outcome:
        asked_for = self.asked_for.get(pod.uid)
        if self.work.is_bare:
            return await make_again(self.work, pod, asked_for)
        departing = Departing(work=self.work, pod=pod, perhaps_ours=asked_for is not None)
        departure = await departing.depart()
        if departure in STAYS:
            return self.work.end(pod, STAYS[departure], departing.why)
        return await await_replacement(self.work, pod, ours=departure is Departure.OURS)

    def _take(self, outcome: Outcome) -> None:
        """Learn from an outcome: one that failed ends this workload, and too many in a row end all."""
        stopping = self.work.run.stopping
        if outcome.fate in {Fate.REPLACED, Fate.RESTARTED}:
            stopping.replaced()
        elif outcome.fate is Fate.NOT_REPLACED:
            stopping.failed(outcome.why)
        if outcome.fate in {Fate.BLOCKED, Fate.NOT_REPLACED}:
            self.blocked = self.blocked or f"{outcome.pod.name}: {outcome.why}"

    async def _note(self, reason: str, text: str) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_NOTE_WITHIN):
                await self.work.run.cluster.note(self.work.step.workload, reason, text)
