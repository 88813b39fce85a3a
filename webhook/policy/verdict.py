"""The words for what was found: a verdict for a pod, a readiness for a cluster."""

from collections.abc import Mapping
from enum import StrEnum


class Verdict(StrEnum):
    """What a pod means for the target."""

    COMPATIBLE = "Compatible"
    INCOMPATIBLE = "Incompatible"
    UNKNOWN = "Unknown"
    """It could not be judged. Never taken for Compatible."""
    PENDING = "Pending"
    """No instance runs yet, so no platform version is fixed yet."""
    FINISHED = "Finished"
    """The instance has ended: nothing to recreate."""
    EXEMPT = "Exempt"
    """Unfit, and taken out of readiness by the policy."""

    @property
    def unfit(self) -> bool:
        """Whether somebody has to look at the pod before the upgrade."""
        return self in (Verdict.INCOMPATIBLE, Verdict.UNKNOWN)


def unfit_in(counts: Mapping[Verdict, int]) -> int:
    """Return how many of the pods that were counted are unfit."""
    return sum(count for verdict, count in counts.items() if verdict.unfit)


class Readiness(StrEnum):
    """What a cluster's pods, taken together, mean for the target."""

    READY = "Ready"
    NOT_READY = "NotReady"
    UNKNOWN = "Unknown"
    """Data is missing or could not be judged. Never taken for Ready."""
