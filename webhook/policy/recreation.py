"""How the pods of a workload can be made anew, and what stands in the way. The words alone: judging is elsewhere."""

from enum import StrEnum


class Recreation(StrEnum):
    """The one thing that a person has to know first, the gravest of those that are so."""

    BARE_POD = "BarePod"
    """It has no controller, so it will not come back."""
    TEMPLATE_PINS_VERSION = "TemplatePinsVersion"
    """Its template declares an unfit platform version, so its next pods would be no better."""
    BLOCKED_BY_BUDGET = "BlockedByBudget"
    """A PodDisruptionBudget allows no disruption now, so an eviction is refused."""
    JOB = "Job"
    """It runs to an end; evicted, it begins again or counts as failed."""
    SINGLE_REPLICA = "SingleReplica"
    """Nothing serves while its one pod is recreated."""
    BY_CONTROLLER = "ByController"
    """Evict the pods: their controller makes new ones."""
    NOT_EXAMINED = "NotExamined"
    """Nobody could look."""
