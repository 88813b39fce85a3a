"""What became of the pods of a plan."""

from enum import StrEnum

from msgspec import Struct

from webhook.recreation.plan import PlannedPod, WorkloadRef


class Fate(StrEnum):
    """What became of one pod."""

    REPLACED = "Replaced"
    """Evicted by us; another is Ready in its place, and fit."""
    RESTARTED = "Restarted"
    """Gone by a restart that we asked for, and all of its workload are Ready and fit."""
    GONE = "Gone"
    """Gone without us: by somebody else's hand, or with its owner. Nothing is left to do."""
    FIT = "Fit"
    """It runs on, and is fit by now: nothing is left to do."""
    EARLIER = "Earlier"
    """Replaced by an earlier run, as its journal says."""
    BLOCKED = "Blocked"
    """It runs on: nobody may evict it, or not in time."""
    NOT_REPLACED = "NotReplaced"
    """It is gone or on its way, and what comes in its place is missing, not Ready in time, or unfit."""
    NOT_BEGUN = "NotBegun"
    """Not touched: all was stopped before its turn, or its workload is blocked."""


DONE = frozenset({Fate.REPLACED, Fate.RESTARTED, Fate.GONE, Fate.FIT, Fate.EARLIER})


class Outcome(Struct, frozen=True, rename="camel", kw_only=True):
    """What became of one pod, and why."""

    workload: WorkloadRef
    pod: PlannedPod
    fate: Fate
    why: str = ""
    replacement: str = ""
    """The name of the pod that runs in its place; "" where none was due, or none is known."""
    new_version: str | None = None
    """The platform version on which a fit pod came; None where none did, or it is no ECI pod."""
    took: float | None = None
    """Seconds until that pod was Ready and fit, what it had to stay Ready aside; None where they were not seen."""


class Result(Struct, frozen=True, rename="camel", kw_only=True):
    """What became of all, in the order of the plan. What an earlier run had in hand comes first."""

    outcomes: tuple[Outcome, ...]
    stopped: str = ""
    """Why not everything was begun; "" where it was."""

    def of(self, *fates: Fate) -> tuple[Outcome, ...]:
        """Return the pods that met one of these fates."""
        return tuple(outcome for outcome in self.outcomes if outcome.fate in fates)

    @property
    def is_complete(self) -> bool:
        """Whether nothing of the plan is left to do."""
        return all(outcome.fate in DONE for outcome in self.outcomes)
