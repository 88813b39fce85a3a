"""The hours of the policy in force, worked out anew only when they change: it is asked with every report and scrape."""

from collections.abc import Callable
from datetime import datetime

from webhook.policy.policy import Policy
from webhook.readiness.report import WindowState
from webhook.readiness.window import window_state
from webhook.server.policy_in_force import PolicyInForce


class WindowNow:
    """Keeps the last answer for as long as it is right."""

    def __init__(self, in_force: PolicyInForce, clock: Callable[[], datetime]) -> None:
        self._in_force = in_force
        self._clock = clock
        self._kept: tuple[Policy, datetime, datetime | None, WindowState] | None = None

    def state(self) -> WindowState:
        """Return what holds now."""
        now, policy = self._clock(), self._in_force.policy
        if self._kept is not None:
            of, since, until, state = self._kept
            if of is policy and since <= now and (until is None or now < until):
                return state
        state = window_state(policy.calendar, now)
        self._kept = (policy, now, policy.calendar.at(now).until, state)
        return state
