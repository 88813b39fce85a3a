"""How the pods of a workload can be made anew, and what stands in the way. The words alone: judging is elsewhere."""

from enum import StrEnum
from typing import Self


class Recreation(StrEnum):
    """The one thing that a person has to know first, the gravest of those that are so."""

    BARE_POD = (
        "BarePod",
        "Bare pod",
        "Nothing makes these anew. Save their manifests, delete them and create them again.",
    )
    TEMPLATE_PINS_VERSION = (
        "TemplatePinsVersion",
        "Template pins the version",
        "Take the annotation out of these templates; the rollout recreates the pods.",
    )
    """Its template declares an unfit platform version, so its next pods would be no better."""
    BLOCKED_BY_BUDGET = (
        "BlockedByBudget",
        "Blocked by a budget",
        "Evictions of these are refused now. Add replicas or mend unhealthy pods first.",
    )
    """A PodDisruptionBudget allows no disruption now."""
    JOB = ("Job", "Job", "Let these run to their end, or start them again afterwards.")
    """It runs to an end; evicted, it begins again or counts as failed."""
    SINGLE_REPLICA = (
        "SingleReplica",
        "Single replica",
        "Nothing serves while these are recreated: do it when that is acceptable.",
    )
    BY_CONTROLLER = (
        "ByController",
        "By its controller",
        "Evict these, some at a time; their controllers make new pods.",
    )
    NOT_EXAMINED = (
        "NotExamined",
        "Not examined",
        "How these can be recreated was not examined. Look before you evict them.",
    )
    """Nobody could look."""

    shown: str
    """For people."""
    todo: str
    """What to do about such workloads, in a sentence or two."""

    @property
    def by_hand(self) -> bool:
        """Whether a person has to make such workloads anew: ``recreate`` leaves them out."""
        return self in (Recreation.BARE_POD, Recreation.TEMPLATE_PINS_VERSION, Recreation.JOB)

    def __new__(cls, code: str, shown: str = "", todo: str = "") -> Self:
        """Make a member of its line."""
        one = str.__new__(cls, code)
        one._value_ = code
        one.shown = shown
        one.todo = todo
        return one
