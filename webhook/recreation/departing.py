"""Having one pod evicted, and never asking twice for what may have been accepted."""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum

from webhook.inventory.backoff import Backoff
from webhook.recreation.journal import Event
from webhook.recreation.outcome import Fate
from webhook.recreation.patience import Patience
from webhook.recreation.plan import PlannedPod
from webhook.recreation.seams import Eviction, EvictionAnswer
from webhook.recreation.throttle import backoff
from webhook.recreation.work import Work

_UNSETTLED = "the API server, which may have evicted it"


class Departure(StrEnum):
    """Whether a pod goes, and by whose hand."""

    OURS = "Ours"
    THEIRS = "Theirs"
    """Somebody else evicted or deleted it, or it has ended by itself."""
    REFUSED = "Refused"
    FIT = "Fit"
    """It need not go."""
    STOPPED = "Stopped"
    """All was stopped before it was evicted."""


STAYS = {Departure.REFUSED: Fate.BLOCKED, Departure.FIT: Fate.FIT, Departure.STOPPED: Fate.NOT_BEGUN}
"""What becomes of a pod that does not go."""


@dataclass(slots=True, kw_only=True)
class Departing:
    """One pod on its way. ``perhaps_ours`` is whether an eviction was asked for, and its answer is not known."""

    work: Work
    pod: PlannedPod
    perhaps_ours: bool = False
    why: str = ""
    _patience: Patience = field(init=False)
    _pace: Backoff = field(init=False)
    _not_before: float = 0.0
    _is_written: bool = False
    """Whether the journal says that it may go by our hand."""

    def __post_init__(self) -> None:
        self._patience = self.work.run.patience()
        self._pace = backoff(self.work.run.settings.uniform)

    async def depart(self) -> Departure:
        """Ask until there is an answer that settles it. Everything is looked at anew before each asking."""
        work, tell = self.work, self.work.telling(self.pod)
        while (settled := self._settled()) is None:
            if waiting_for := self._must_wait():
                tell(waiting_for)
                await self._patience.wait()
                continue
            if self._patience.is_over:
                self.why = work.lacks(self.pod) or self.why
                return Departure.REFUSED
            fresh = work.look()
            if fresh or not self._is_written:
                work.write(Event.EVICTING, [self.pod], beside=fresh)
                self._is_written = True
            tell("the answer to its eviction")
            if (settled := self._understood(await work.run.cluster.evict(self.pod))) is not None:
                return settled
        return settled

    def _settled(self) -> Departure | None:
        """Say how it stands, as far as the watch tells."""
        run = self.work.run
        now = run.cluster.pod(self.pod.uid)
        if now is None or now.deleting:
            return Departure.OURS if self.perhaps_ours else Departure.THEIRS
        if now.finished:
            return Departure.THEIRS
        if self.perhaps_ours and self._is_unsure():
            return None
        if self.work.is_fit(self.pod):
            self.why = ""
            return Departure.FIT
        if why := run.stopping.why():
            self.why = why
            return Departure.STOPPED
        return None

    def _is_unsure(self) -> bool:
        """Whether the watch may not have told yet what came of the eviction."""
        return self.work.run.cluster.stale_for() > 0 or self._pause_left() > 0

    def _pause_left(self) -> float:
        return self._not_before - asyncio.get_running_loop().time()

    def _must_wait(self) -> str:
        """Say for what; "" to ask now, or to give up."""
        run = self.work.run
        if self.perhaps_ours and self._is_unsure():
            return _UNSETTLED
        if run.is_blind():
            return "the API server, which is out of contact"
        if self._patience.is_over:
            return ""
        if run.throttle.left() > 0:
            return "the API server, which is busy"
        if self._pause_left() > 0:
            return self.why
        return self.work.lacks(self.pod)

    def _understood(self, answer: EvictionAnswer) -> Departure | None:
        """Take an answer in; return None where it has to be asked again."""
        work, said = self.work, answer.said
        now = asyncio.get_running_loop().time()
        if answer.eviction not in {Eviction.THROTTLED, Eviction.UNREACHABLE}:
            work.run.throttle.answered()
        match answer.eviction:
            case Eviction.ACCEPTED:
                work.write(Event.EVICTED, [self.pod])
                work.go()
                return Departure.OURS
            case Eviction.GONE:
                return Departure.OURS if self.perhaps_ours else Departure.THEIRS
            case Eviction.TWO_BUDGETS | Eviction.FORBIDDEN | Eviction.REFUSED:
                self.why = said or str(answer.eviction)
                return Departure.REFUSED
            case Eviction.THROTTLED:
                self._refused(said or "the API server is busy")
                work.run.throttle.slow_down(answer.retry_after)
            case Eviction.BUDGET:
                self._refused(said or "a PodDisruptionBudget")
                self._not_before = now + max(self._pace.next(), answer.retry_after)
            case Eviction.UNREACHABLE:
                self.perhaps_ours = True
                work.go()
                self.why = said or "the API server gave no answer"
                self._not_before = now + self._pace.next()
        return None

    def _refused(self, why: str) -> None:
        """Write down that nothing came of it, or whoever comes later would believe that it went by our hand."""
        self.why = why
        if not self.perhaps_ours:
            self.work.write(Event.REFUSED, [self.pod], why)
            self._is_written = False
