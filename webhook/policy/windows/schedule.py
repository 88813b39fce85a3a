"""When something starts: a cron schedule in a time zone.

Five fields as Debian's cron reads them: minute, hour, day-of-month, month, day-of-week. If neither of the day fields
begins with a star, one of them must match; otherwise both. Also L and LW (the last day and the last weekday of the
month), 5L (the last Friday) and 5#2 (the second Friday).

The library searches among wall times alone, and wall_clock.py makes instants of them: if it were given a zone, it would
fire a schedule whose minute or hour begins with a star wrongly where a clock is put forward or back. So of every
schedule, ``*/15 * * * *`` too: a start that comes twice counts the first time, and all starts that one gap swallows are
one start at its end.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from webhook.policy.plain_text import plain
from webhook.policy.windows.wall_clock import instant_of, reached_by, shown_at

_FIELDS = {
    "minute": "0 to 59",
    "hour": "0 to 23",
    "day-of-month": "1 to 31, L or LW",
    "month": "1 to 12, or JAN to DEC",
    "day-of-week": "0 to 7, or SUN to SAT; 5L is the last Friday, 5#2 the second",
}
_YEARS = range(100, 9900)
"""Searching in these, which looks at most 50 years ahead or back, never leaves the years that Python knows."""
_ANY_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 -- a wall time
_SECOND = timedelta(seconds=1)


class InvalidSchedule(ValueError):
    """Raised when a text is no schedule, or one that never fires."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Start instants without end. Make it with ``parse``."""

    text: str
    zone: ZoneInfo

    @classmethod
    def parse(cls, expression: str, zone: ZoneInfo) -> "Schedule":
        """Read the five fields. Raises InvalidSchedule."""
        fields = expression.split()
        if len(fields) != len(_FIELDS):
            wanted = f"five fields are needed ({', '.join(_FIELDS)}), like 0 22 * * 1-5"
            raise InvalidSchedule(f"{wanted}; it has {len(fields)}")
        wrong = [
            f'the {name} "{plain(field, 20)}" must be {allowed}'
            for place, (field, (name, allowed)) in enumerate(zip(fields, _FIELDS.items(), strict=True))
            if not _can_be_read(_alone(field, place))
        ]
        if wrong:
            raise InvalidSchedule(f"{'; '.join(wrong)}; lists, rising ranges and steps like */2 are good too")
        text = " ".join(fields)
        if not _can_be_read(text) or _search(text, _ANY_DAY) is None:
            raise InvalidSchedule("never fires: there is no such day in any month that it names")
        return cls(text, zone)

    def last_at_or_before(self, instant: datetime) -> datetime | None:
        """Return the last start until then, in UTC; None where there is none within 50 years."""
        wall = self._last_wall(instant)
        return None if wall is None else instant_of(wall, self.zone)

    def first_after(self, instant: datetime) -> datetime | None:
        """Return the first start later than that, in UTC; None where there is none within 50 years."""
        if instant.year not in _YEARS:
            return None
        wall = _search(self.text, reached_by(instant, self.zone))
        return None if wall is None else instant_of(wall, self.zone)

    def skipped_at(self, instant: datetime) -> datetime | None:
        """Return the wall time of a start that is at this instant only because the clock skips that time."""
        wall = self._last_wall(instant)
        if wall is None or instant_of(wall, self.zone) != instant or wall == shown_at(instant, self.zone):
            return None
        return wall

    def _last_wall(self, instant: datetime) -> datetime | None:
        if instant.year not in _YEARS:
            return None
        return _search(self.text, reached_by(instant, self.zone) + _SECOND, back=True)


def _alone(field: str, place: int) -> str:
    return " ".join(field if place == other else "*" for other in range(len(_FIELDS)))


def _can_be_read(expression: str) -> bool:
    try:
        CronSim(expression, _ANY_DAY)
    except (CronSimError, ValueError):  # ValueError: a number of thousands of digits
        return False
    return True


def _search(expression: str, wall: datetime, *, back: bool = False) -> datetime | None:
    """Return the nearest wall time of the schedule after this one, or before it."""
    return next(CronSim(expression, wall, reverse=back), None)
