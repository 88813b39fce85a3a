"""How far a workload has come, for a display."""

from msgspec import Struct

from webhook.recreation.plan import Strategy, WorkloadRef


class Progress(Struct, frozen=True, rename="camel", kw_only=True):
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
