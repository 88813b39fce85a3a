"""Which modes hold inside the windows, and which outside."""

from webhook.policy.modes import ModeChanges, Modes, strictest
from webhook.policy.windows.calendar import Hours


def modes_during(hours: Hours, base: Modes, outside: ModeChanges) -> Modes:
    """Return the modes in force. Where several windows are open, the strictest of what they ask for.

    A policy that names no windows has no outside but its freezes.
    """
    if not hours.open:
        return base.but(outside)
    if not hours.windows:
        return base
    return strictest(base.but(window.modes) for window in hours.windows)
