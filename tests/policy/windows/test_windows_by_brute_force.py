"""Starts and windows in six time zones agree with a walk through every minute of two years."""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tests.policy.windows.brute_force import MINUTE, Walk, merged
from webhook.policy.windows.schedule import Schedule
from webhook.policy.windows.window import Occurrence, Window

ZONES = [
    ("Asia/Shanghai", 2023),  # no clock is ever put forward
    ("Europe/Amsterdam", 2023),
    ("America/New_York", 2023),
    ("America/Sao_Paulo", 2017),  # skips midnight
    ("Australia/Lord_Howe", 2023),  # by half an hour, and in the south
    ("Asia/Kathmandu", 2023),  # 5:45 from UTC
]
SCHEDULES = [
    ("0 0 * * *", timedelta(hours=8)),
    ("30 2 * * *", timedelta(hours=4, minutes=30)),  # skipped in spring, twice in autumn
    ("15,45 0-3 * * 6,0", timedelta(minutes=10)),
    ("*/10 2 * * SUN", timedelta(minutes=90)),  # each start prolongs the one before
    ("0 22 * * 1-5", timedelta(hours=7)),
    ("0 9 * JAN-mar,10 sat", timedelta(days=1)),
    ("0 0 * * *", timedelta(days=1)),  # adjoins itself, but for the days of 23 and 25 hours
    ("0 1 29-31 * *", timedelta(hours=36)),
    ("0 22 L * *", timedelta(hours=30)),
    ("30 1 29 2 *", timedelta(days=7)),
    ("0 3 13 * 5", timedelta(hours=2)),  # one of the two
    ("0 3 */10 * 1-6/2", timedelta(hours=2)),  # both
    ("20/25 */7 1 * *", timedelta(hours=2)),
]
ANY_TIME = ["*/15 * * * *", "7 * * * *", "*/5 0-3 * * *"]

pytestmark = pytest.mark.parametrize(("zone", "year"), ZONES, ids=[name for name, _ in ZONES])


def walk_through(zone: str, year: int) -> Walk:
    return Walk.through(zone, datetime(year, 1, 1, tzinfo=UTC), datetime(year + 2, 1, 1, tzinfo=UTC))


def starts_between(schedule: Schedule, begins: datetime, ends: datetime) -> list[datetime]:
    found: list[datetime] = []
    start = schedule.first_after(begins - MINUTE)
    while start is not None and start < ends:
        found.append(start)
        start = schedule.first_after(start)
    return found


@pytest.mark.parametrize("expression", dict(SCHEDULES))
def test_the_starts_of_two_years(zone: str, year: int, expression: str) -> None:
    schedule, expected = Schedule.parse(expression, ZoneInfo(zone)), walk_through(zone, year).starts(expression)
    assert starts_between(schedule, datetime(year, 1, 1, tzinfo=UTC), datetime(year + 2, 1, 1, tzinfo=UTC)) == expected
    for last, following in pairwise(expected):
        assert schedule.last_at_or_before(following - MINUTE) == last
        assert schedule.first_after(last + (following - last) / 2) == following


@pytest.mark.parametrize("expression", ANY_TIME)
def test_the_starts_around_each_change_of_the_clock(zone: str, year: int, expression: str) -> None:
    schedule, walk = Schedule.parse(expression, ZoneInfo(zone)), walk_through(zone, year)
    expected = walk.starts(expression)
    for begins, ends in walk.around_changes(timedelta(days=2)):
        assert starts_between(schedule, begins, ends) == [start for start in expected if begins <= start < ends]


@pytest.mark.parametrize("expression", ["30 2 * * *", "30 0 * * *", "*/15 * * * *", "0 1 * * *", "0 22 L * *"])
def test_every_minute_around_each_change_of_the_clock(zone: str, year: int, expression: str) -> None:
    schedule, walk = Schedule.parse(expression, ZoneInfo(zone)), walk_through(zone, year)
    starts = walk.starts(expression)
    for begins, ends in walk.around_changes(timedelta(hours=3)):
        for minute in range((ends - begins) // MINUTE):
            instant = begins + minute * MINUTE
            place = bisect_right(starts, instant)
            assert schedule.last_at_or_before(instant) == starts[place - 1]
            assert schedule.first_after(instant) == starts[place]


@pytest.mark.parametrize(("expression", "duration"), SCHEDULES)
def test_what_is_open_in_two_years(zone: str, year: int, expression: str, duration: timedelta) -> None:
    window = Window(name="w", schedule=Schedule.parse(expression, ZoneInfo(zone)), duration=duration)
    expected = merged(walk_through(zone, year).starts(expression), duration)[:-1]  # the last goes on after the walk
    occurrence = window.occurrence_from(expected[0][0]) if expected else None
    for opens_at, closes_at in expected:
        assert occurrence == Occurrence(opens_at=opens_at, closes_at=closes_at)
        occurrence = window.occurrence_from(closes_at)
    for (opens_at, closes_at), (opens_again_at, _) in pairwise(expected):
        assert window.is_open_at(opens_at)
        assert window.is_open_at(closes_at - MINUTE)
        assert not window.is_open_at(closes_at)
        assert not window.is_open_at(opens_again_at - MINUTE)
