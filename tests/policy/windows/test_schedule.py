"""Schedules: what is none, and starts where clocks are put forward or back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.policy.windows.brute_force import Walk
from webhook.policy.windows.schedule import InvalidSchedule, Schedule

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FIVE = "five fields are needed (minute, hour, day-of-month, month, day-of-week), like 0 22 * * 1-5"
ALSO = "lists, rising ranges and steps like */2 are good too"
WEEK = "0 to 7, or SUN to SAT; 5L is the last Friday, 5#2 the second"
NEVER = "never fires: there is no such day in any month that it names"

WRONG = [
    ("", f"{FIVE}; it has 0"),
    ("@daily", f"{FIVE}; it has 1"),
    ("0 22 * *", f"{FIVE}; it has 4"),
    ("0 0 22 * * 1-5", f"{FIVE}; it has 6"),
    ("60 * * * *", f'the minute "60" must be 0 to 59; {ALSO}'),
    ("* 24 * * *", f'the hour "24" must be 0 to 23; {ALSO}'),
    ("* * 0 * *", f'the day-of-month "0" must be 1 to 31, L or LW; {ALSO}'),
    ("* * * 13 *", f'the month "13" must be 1 to 12, or JAN to DEC; {ALSO}'),
    ("* * * * 8", f'the day-of-week "8" must be {WEEK}; {ALSO}'),
    ("0 22 * * FRI-MON", f'the day-of-week "FRI-MON" must be {WEEK}; {ALSO}'),
    ("*/0 22 * * *", f'the minute "*/0" must be 0 to 59; {ALSO}'),
    ("-5 1.5 * * *", f'the minute "-5" must be 0 to 59; the hour "1.5" must be 0 to 23; {ALSO}'),
    ("٣ 22 * * *", f'the minute "٣" must be 0 to 59; {ALSO}'),
    ("\x1b[31m 22 * * *", f'the minute "\ufffd[31m" must be 0 to 59; {ALSO}'),
    ("9" * 5000 + " 22 * * *", f'the minute "{"9" * 19}…" must be 0 to 59; {ALSO}'),
    ("0 0 30 2 *", NEVER),
    ("0 0 31 4,6,9,11 *", NEVER),
    ("0 0 */20 * 1#5", NEVER),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_what_is_no_schedule_or_never_fires_is_refused_with_the_field(text: str, message: str) -> None:
    with pytest.raises(InvalidSchedule) as caught:
        Schedule.parse(text, AMSTERDAM)
    assert str(caught.value) == message


@given(st.text() | st.text("0123456789*/,-#L ", max_size=20) | st.text("*L#5/ ").map(lambda text: f"0 0 {text}"))
def test_any_text_is_a_schedule_or_refused(text: str) -> None:
    try:
        schedule = Schedule.parse(text, AMSTERDAM)
    except InvalidSchedule:
        return
    assert schedule.first_after(datetime(2026, 1, 1, tzinfo=UTC)) is not None


def test_schedules_are_equal_by_their_text_and_zone() -> None:
    one, same = Schedule.parse("0 22 * * *", AMSTERDAM), Schedule.parse(" 0  22 * * * ", ZoneInfo("Europe/Amsterdam"))
    assert {one, same} == {one}
    assert one != Schedule.parse("0 22 * * *", ZoneInfo("Europe/Brussels"))


def local_starts(text: str, zone: str, day: str, count: int) -> list[str]:
    clock = ZoneInfo(zone)
    schedule = Schedule.parse(text, clock)
    found: list[str] = []
    start = schedule.first_after(
        datetime.fromisoformat(day).replace(tzinfo=clock).astimezone(UTC) - timedelta(seconds=1)
    )
    while start is not None and len(found) < count:
        found.append(start.astimezone(clock).isoformat(sep=" ", timespec="minutes"))
        start = schedule.first_after(start)
    return found


DAYS = [
    pytest.param(
        ("30 2 * * *", "Europe/Amsterdam", "2026-03-28"),
        ["2026-03-28 02:30+01:00", "2026-03-29 03:00+02:00", "2026-03-30 02:30+02:00"],
        id="what the clock skips is when it goes on",
    ),
    pytest.param(
        ("0 2,3 * * *", "Europe/Amsterdam", "2026-03-29"),
        ["2026-03-29 03:00+02:00", "2026-03-30 02:00+02:00"],
        id="what falls on one instant is one start",
    ),
    pytest.param(
        ("*/30 1-3 * * *", "Europe/Amsterdam", "2026-03-29"),
        ["2026-03-29 01:00+01:00", "2026-03-29 01:30+01:00", "2026-03-29 03:00+02:00", "2026-03-29 03:30+02:00"],
        id="all that a gap swallows is one start",
    ),
    pytest.param(
        ("30 2 * * *", "Europe/Amsterdam", "2026-10-24"),
        ["2026-10-24 02:30+02:00", "2026-10-25 02:30+02:00", "2026-10-26 02:30+01:00"],
        id="what comes twice starts the first time",
    ),
    pytest.param(
        ("*/30 * * * *", "Europe/Amsterdam", "2026-10-25T02:00"),
        ["2026-10-25 02:00+02:00", "2026-10-25 02:30+02:00", "2026-10-25 03:00+01:00"],
        id="an hour that comes twice starts nothing the second time",
    ),
    pytest.param(
        ("0 0 * * *", "America/Sao_Paulo", "2018-11-03"),
        ["2018-11-03 00:00-03:00", "2018-11-04 01:00-02:00", "2018-11-05 00:00-02:00"],
        id="a midnight that does not exist",
    ),
    pytest.param(
        ("15 2 * * *", "Australia/Lord_Howe", "2026-10-03"),
        ["2026-10-03 02:15+10:30", "2026-10-04 02:30+11:00", "2026-10-05 02:15+11:00"],
        id="half an hour",
    ),
    pytest.param(
        ("0 12 * * *", "Pacific/Apia", "2011-12-29"),
        ["2011-12-29 12:00-10:00", "2011-12-31 00:00+14:00", "2011-12-31 12:00+14:00"],
        id="a day that does not exist",
    ),
    pytest.param(
        ("0 12 * * *", "Pacific/Kwajalein", "1969-09-29"),
        ["1969-09-29 12:00+11:00", "1969-09-30 12:00+11:00", "1969-10-01 12:00-12:00"],
        id="a day that comes twice",
    ),
]


@pytest.mark.parametrize(("given", "expected"), DAYS)
def test_days_on_which_clocks_are_put(given: tuple[str, str, str], expected: list[str]) -> None:
    assert local_starts(*given, len(expected)) == expected


def test_a_start_that_was_moved_says_from_where() -> None:
    moved = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert Schedule.parse("30 2 * * *", AMSTERDAM).skipped_at(moved) == datetime(2026, 3, 29, 2, 30)  # noqa: DTZ001 -- a wall time
    assert Schedule.parse("30 2,3 * * *", AMSTERDAM).skipped_at(moved) is not None
    assert Schedule.parse("0 2,3 * * *", AMSTERDAM).skipped_at(moved) is None, "3:00 is a start of its own"
    assert Schedule.parse("30 4 * * *", AMSTERDAM).skipped_at(moved) is None, "no start at all"
    assert Schedule.parse("30 2 * * *", AMSTERDAM).skipped_at(moved + timedelta(days=1)) is None


def test_a_start_may_be_years_away() -> None:
    leap = Schedule.parse("0 0 29 2 *", ZoneInfo("UTC"))
    assert leap.first_after(datetime(2096, 2, 29, tzinfo=UTC)) == datetime(2104, 2, 29, tzinfo=UTC)
    assert leap.last_at_or_before(datetime(2104, 2, 28, tzinfo=UTC)) == datetime(2096, 2, 29, tzinfo=UTC)


@pytest.mark.parametrize("year", [1, 99, 9900, 9999])
def test_at_the_ends_of_time_there_are_no_starts(year: int) -> None:
    schedule = Schedule.parse("* * * * *", ZoneInfo("Pacific/Apia"))
    for instant in (datetime(year, 1, 1, tzinfo=UTC), datetime(year, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)):
        assert schedule.first_after(instant) is None
        assert schedule.last_at_or_before(instant) is None


def field(lowest: int, highest: int) -> st.SearchStrategy[str]:
    numbers = st.integers(lowest, highest)
    ranges = st.tuples(numbers, numbers).map(sorted).map(lambda pair: f"{pair[0]}-{pair[1]}")
    long = st.integers(lowest, highest - 1).map(lambda low: f"{low}-{highest}")  # of 5-5/2 the library makes 5/2
    steps = st.tuples(st.just("*") | long, st.integers(1, 12)).map(lambda pair: f"{pair[0]}/{pair[1]}")
    return st.just("*") | st.lists(numbers.map(str) | ranges | steps, min_size=1, max_size=3).map(",".join)


expressions = st.tuples(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 7)).map(" ".join)
zones = st.sampled_from(
    [
        ("Europe/Amsterdam", datetime(2026, 3, 29, tzinfo=UTC)),
        ("Europe/Amsterdam", datetime(2026, 10, 25, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
        ("America/Sao_Paulo", datetime(2018, 2, 18, 2, tzinfo=UTC)),
        ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
        ("Africa/Casablanca", datetime(2026, 2, 15, 2, tzinfo=UTC)),
        ("Asia/Shanghai", datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)


@given(expressions, zones, st.timedeltas(timedelta(hours=-30), timedelta(hours=30)))
def test_no_start_lies_between_the_last_and_the_first(
    expression: str, place: tuple[str, datetime], away: timedelta
) -> None:
    zone, change = place
    schedule, instant = Schedule.parse(expression, ZoneInfo(zone)), change + away
    last, first = schedule.last_at_or_before(instant), schedule.first_after(instant)
    assert last is not None
    assert first is not None
    assert last <= instant < first
    assert schedule.first_after(last) == first
    assert schedule.last_at_or_before(first) == first
    walk = Walk.through(zone, change - timedelta(days=4), change + timedelta(days=4))
    starts = [start for start in walk.starts(expression) if abs(start - change) < timedelta(days=3)]
    assert [start for start in starts if last < start < first] == []
    assert all(start in starts for start in (last, first) if abs(start - change) < timedelta(days=3))
