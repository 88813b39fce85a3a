"""Between instants and what the clock on a wall shows, also where that clock is put forward or back.

An instant is an aware datetime in UTC, a wall time a naive one. A wall time that comes twice means the first time; one
that the clock skips means the first instant after the gap. Both are one rule: *the first instant at which the clock
shows that time or a later one*. So later wall times never have earlier instants.
"""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant at which a clock of the zone shows this time or a later one."""
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if shown_at(instant, zone) == wall:
        return instant
    # Skipped. The offset of before the gap gave an instant after it, the offset of after it gives one before.
    return _change(wall.replace(tzinfo=zone, fold=1).astimezone(UTC), instant, zone)


def shown_at(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return what a clock of the zone shows."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def reached_by(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the latest time, in whole seconds, that a clock of the zone has shown by then.

    It is what the clock shows, but in an hour that comes again: there it has shown the end of that hour already.
    """
    local = instant.replace(microsecond=0).astimezone(zone)
    if not local.fold:
        return local.replace(tzinfo=None)
    put_back = _change(local.replace(fold=0).astimezone(UTC), local.astimezone(UTC), zone)
    return shown_at(put_back - _SECOND, zone)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant after ``before``, and not later than ``after``, at which the clock is put forward or back."""
    offset = before.astimezone(zone).utcoffset()
    seconds = range(int((after - before).total_seconds()))
    return before + _SECOND * bisect_left(
        seconds,
        x=True,
        key=lambda second: (before + _SECOND * second).astimezone(zone).utcoffset() != offset,
    )
