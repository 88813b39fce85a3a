"""How far a workload has come, for a display."""

from dataclasses import dataclass

from webhook.recreation.plan import Strategy, WorkloadRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One workload. A new value is told whenever something of it has changed."""

    workload: WorkloadRef
    strategy: Strategy
    total: int
    done: int = 0
    in_hand: str = ""
    """The name of the pod that is dealt with."""
    waiting_for: str = ""
    """What is waited for, or who blocks; one plain line."""
    blocked: str = ""
    """Why it ended before its last pod."""
    ended: bool = False
