"""The hours of a policy, as a report has them."""

from datetime import datetime

from webhook.policy.plain_text import plain
from webhook.policy.windows.calendar import Calendar
from webhook.policy.windows.openings import Opening
from webhook.readiness.report import NextOpening, WindowState


def window_state(calendar: Calendar, now: datetime) -> WindowState:
    """Tell whether upgrades may be at ``now`` (aware), until when that holds, and when a window opens next."""
    hours = calendar.at(now)
    return WindowState(
        open=hours.open,
        because=hours.because,
        until=calendar.ends_at(now),
        next_opening=next(map(_opening, calendar.openings(now, 1)), None),
    )


def _opening(opening: Opening) -> NextOpening:
    return NextOpening(window=plain(opening.window.name, 63), opens_at=opening.opens_at, closes_at=opening.closes_at)
