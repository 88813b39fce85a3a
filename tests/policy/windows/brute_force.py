"""Starts of a schedule, found the long way: minute by minute of UTC, by what a clock on the wall shows then.

Shares nothing with the code under test: it has its own reading of cron, and knows of clocks only how far they are from
UTC at an instant. A start is when the clock first shows its time, or a later one where it skips that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAMES = {name: str(place) for place, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"))}
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_NAMES |= {name: str(place) for place, name in enumerate(_MONTHS, start=1)}


@dataclass(frozen=True)
class Walk:
    """A walk through a time in a zone. Minutes are counted from 1970, those of the clock as if it showed UTC."""

    begins: int
    ends: int
    first_shown: dict[int, int]
    """By a minute of the clock, the minute in which it was reached."""
    changes: list[int]
    """The minutes in which the clock was put forward or back."""

    @classmethod
    @cache
    def through(cls, zone: str, begins: datetime, ends: datetime) -> "Walk":
        clock = ZoneInfo(zone)
        walk = cls((begins - _EPOCH) // MINUTE, (ends - _EPOCH) // MINUTE, {}, [])
        ahead = [
            (datetime.fromtimestamp(minute * 60, clock).utcoffset() or timedelta()) // MINUTE
            for minute in range(walk.begins, walk.ends)
        ]
        reached = walk.begins + ahead[0] - 1
        for minute, offset in zip(range(walk.begins, walk.ends), ahead, strict=True):
            while reached < minute + offset:
                reached += 1
                walk.first_shown[reached] = minute
        walk.changes.extend(walk.begins + place for place, (a, b) in enumerate(pairwise(ahead), start=1) if a != b)
        return walk

    def starts(self, expression: str) -> list[datetime]:
        """All starts in the walk, in their order."""
        minutes, hours, *_ = expression.split()
        days = (day for day in self._days() if day_matches(expression, date(1970, 1, 1) + timedelta(days=day)))
        times = [hour * 60 + minute for hour in _numbers(hours, 0, 23) for minute in _numbers(minutes, 0, 59)]
        walls = (day * 1440 + time for day in days for time in times)
        found = {self.first_shown[wall] for wall in walls if wall in self.first_shown}
        return [_EPOCH + minute * MINUTE for minute in sorted(found)]

    def _days(self) -> range:
        return range(next(iter(self.first_shown)) // 1440, next(reversed(self.first_shown)) // 1440 + 1)

    def around_changes(self, span: timedelta) -> Iterator[tuple[datetime, datetime]]:
        """From so long before to so long after each change of the clock."""
        for change in self.changes:
            yield _EPOCH + change * MINUTE - span, _EPOCH + change * MINUTE + span


def day_matches(expression: str, day: date) -> bool:
    """Both day fields must match; where neither begins with a star, one is enough."""
    _, _, of_month, month, of_week = expression.split()
    if day.month not in _numbers(month, 1, 12):
        return False
    last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    in_month = day.day in _numbers(of_month.replace("L", str(last.day)), 1, 31)
    in_week = day.isoweekday() % 7 in {number % 7 for number in _numbers(of_week, 0, 7)}
    if of_month.startswith("*") or of_week.startswith("*"):
        return in_month and in_week
    return in_month or in_week


@cache
def _numbers(field: str, lowest: int, highest: int) -> frozenset[int]:
    found: set[int] = set()
    for part in field.upper().split(","):
        bounds, _, step = part.partition("/")
        low, dash, high = bounds.partition("-")
        first = lowest if low == "*" else int(_NAMES.get(low, low))
        last = int(_NAMES.get(high, high)) if dash else highest if low == "*" or step else first
        found.update(range(first, last + 1, int(step or 1)))
    return frozenset(found)


def merged(starts: list[datetime], duration: timedelta) -> list[tuple[datetime, datetime]]:
    """The times that are open: each start opens for this long, and what touches is one."""
    found: list[tuple[datetime, datetime]] = []
    for start in starts:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], start + duration)
        else:
            found.append((start, start + duration))
    return found
