"""The modes in force, worked out anew only when a window or a freeze begins or ends."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from webhook.policy.modes import Modes
from webhook.policy.policy import Policy
from webhook.policy.windows.calendar import Hours


@dataclass(frozen=True, slots=True)
class InForce:
    """What holds for a while."""

    hours: Hours
    modes: Modes


class ModesNow:
    """Knows what holds now. A policy without windows and freezes costs nothing, not even a look at the clock."""

    def __init__(self, policy: Policy, clock: Callable[[], datetime]) -> None:
        self._policy = policy
        self._clock = clock
        self._held = self._work_out(clock())

    def now(self) -> InForce:
        """Return what is in force."""
        hours = self._held.hours
        if hours.until is not None:
            now = self._clock()
            if not hours.since <= now < hours.until:
                self._held = self._work_out(now)
        return self._held

    def _work_out(self, now: datetime) -> InForce:
        hours = self._policy.calendar.at(now)
        return InForce(hours, self._policy.modes_during(hours))
