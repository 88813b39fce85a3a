"""Windows and freezes together: open or closed, why, until when, and what comes next."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhook.policy.windows.calendar import Calendar
from webhook.policy.windows.schedule import Schedule
from webhook.policy.windows.window import Freeze, Window

HOUR = timedelta(hours=1)
INSTANT = timedelta.resolution


def at(text: str) -> datetime:
    """A day of November 2026, of 2026 or of any year, and a time in UTC."""
    day, _, time = text.partition(" ")
    return datetime.fromisoformat(f"{'2026-11-'[: 10 - len(day)]}{day}T{time or '00:00'}+00:00")


def window(schedule: str, hours: float, name: str = "nights", zone: str = "UTC") -> Window:
    return Window(name=name, schedule=Schedule.parse(schedule, ZoneInfo(zone)), duration=hours * HOUR)


def freeze(begins: str, ends: str, reason: str = "a fair") -> Freeze:
    return Freeze(begins=at(begins), ends=at(ends), reason=reason)


def calendar(*parts: Window | Freeze) -> Calendar:
    windows = tuple(part for part in parts if isinstance(part, Window))
    return Calendar(windows=windows, freezes=tuple(part for part in parts if isinstance(part, Freeze)))


NIGHTS = window("0 22 * * 1-5", 7)
MORNINGS = window("0 5 * * *", 3, "mornings")
FAIR = freeze("24 23:00", "26 02:00")


def test_a_window_is_open_from_its_start_until_just_before_its_end() -> None:
    nights = calendar(NIGHTS)
    assert not nights.at(at("24 22:00") - INSTANT).open
    assert nights.at(at("24 22:00")).open
    assert nights.at(at("25 05:00") - INSTANT).open
    assert not nights.at(at("25 05:00")).open


def test_the_day_of_the_week_is_that_of_the_start() -> None:
    fridays = calendar(window("0 22 * * FRI", 7))
    assert fridays.at(at("28 04:59")).open, "Saturday morning"
    assert not fridays.at(at("27 04:59")).open, "Friday morning"


@pytest.mark.parametrize(("day", "ends"), [("03-28", "03-29 05:00"), ("10-24", "10-25 04:00")])
def test_a_duration_is_elapsed_time_however_the_clocks_are_put(day: str, ends: str) -> None:
    saturdays = calendar(window("0 22 * * SAT", 8, zone="Europe/Amsterdam"))
    begins = saturdays.at(at(day)).until
    assert begins is not None
    assert saturdays.at(begins).until == begins + 8 * HOUR == at(ends)


def test_without_windows_it_is_open_but_in_a_freeze() -> None:
    assert calendar().at(at("24")).open
    assert calendar().at(at("24")).until is None
    assert calendar(FAIR).at(FAIR.begins - INSTANT).open
    assert calendar(FAIR).at(FAIR.begins - INSTANT).until == FAIR.begins
    assert not calendar(FAIR).at(FAIR.begins).open
    assert not calendar(FAIR).at(FAIR.ends - INSTANT).open
    assert calendar(FAIR).at(FAIR.ends).open


def test_a_freeze_shuts_the_windows() -> None:
    hours = calendar(NIGHTS, FAIR).at(at("24 23:30"))
    assert (hours.open, hours.windows, hours.freeze, hours.until) == (False, (), FAIR, FAIR.ends)


def test_of_several_freezes_the_one_that_ends_last_is_told() -> None:
    longer = freeze("20", "27")
    assert calendar(freeze("01", "25"), longer, FAIR).at(at("24 23:30")).freeze == longer


def test_open_windows_come_in_the_policys_order() -> None:
    late = window("0 4 * * *", 3, "late")
    assert calendar(late, NIGHTS, MORNINGS).at(at("25 04:30")).windows == (late, NIGHTS)
    assert calendar(NIGHTS, late, MORNINGS).at(at("25 05:30")).windows == (late, MORNINGS)


WHY = [
    (calendar(), "24", "open: the policy names no windows"),
    (calendar(NIGHTS), "24 23:00", "open: window nights"),
    (calendar(NIGHTS, window("0 0 * * *", 3, "fo\nrged")), "25 01:00", "open: windows nights, fo\ufffdrged"),
    (calendar(NIGHTS), "24 21:00", "closed: no window is open"),
    (calendar(NIGHTS, FAIR), "25 23:00", "closed: freeze until 2026-11-26T02:00:00Z (a fair)"),
    (calendar(freeze("01", "30", "\x1b[31m")), "24", "closed: freeze until 2026-11-30T00:00:00Z (\ufffd[31m)"),
]


@pytest.mark.parametrize(("given_calendar", "now", "because"), WHY)
def test_why_is_said_in_a_line(given_calendar: Calendar, now: str, because: str) -> None:
    assert given_calendar.at(at(now)).because == because


STRETCHES = [
    pytest.param(calendar(), "24", None, None, id="nothing ever changes"),
    pytest.param(calendar(NIGHTS), "24 23:00", "24 22:00", "25 05:00", id="open"),
    pytest.param(calendar(NIGHTS), "25 05:00", "25 05:00", "25 22:00", id="closed"),
    pytest.param(calendar(NIGHTS), "28 12:00", "28 05:00", "30 22:00", id="closed over a weekend"),
    pytest.param(calendar(NIGHTS, MORNINGS), "24 23:00", "24 22:00", "25 08:00", id="windows that adjoin"),
    pytest.param(calendar(window("0 0 * * 1-5", 24)), "25 12:00", "23", "28", id="days that adjoin"),
    pytest.param(calendar(window("0 * * * 1-5", 2)), "25 12:00", "23", "28 01:00", id="starts that prolong"),
    pytest.param(calendar(window("* 22 * * *", 2)), "25 22:30", "25 22:00", "26 00:59", id="starts of an hour"),
    pytest.param(calendar(NIGHTS, FAIR), "24 22:30", "24 22:00", "24 23:00", id="until a freeze"),
    pytest.param(calendar(NIGHTS, FAIR), "25 12:00", "24 23:00", "26 02:00", id="frozen"),
    pytest.param(calendar(NIGHTS, FAIR), "24 23:00", "24 23:00", "26 02:00", id="frozen at this instant"),
    pytest.param(calendar(FAIR), "26 02:00", "26 02:00", None, id="thawed at this instant"),
    pytest.param(calendar(NIGHTS, FAIR), "26 04:00", "26 02:00", "26 05:00", id="what a freeze left"),
    pytest.param(
        calendar(NIGHTS, freeze("25 04:00", "25 12:00")), "25 11:00", "25 04:00", "25 22:00", id="then closed"
    ),
    pytest.param(calendar(FAIR, freeze("26 01:00", "27")), "26 01:30", "24 23:00", "27", id="freezes that overlap"),
    pytest.param(calendar(FAIR, freeze("26 02:00", "27")), "26 01:30", "24 23:00", "27", id="freezes that adjoin"),
    pytest.param(calendar(window("0 * * * *", 1)), "24", None, None, id="always open"),
    pytest.param(calendar(window("* * * * *", 1 / 60)), "24", None, None, id="open anew every minute"),
    pytest.param(calendar(window("0 0 29 2 *", 24)), "03-01", None, "2028-02-29", id="years away"),
]


@pytest.mark.parametrize(("given_calendar", "now", "since", "until"), STRETCHES)
def test_open_or_closed_without_a_break(
    given_calendar: Calendar, now: str, since: str | None, until: str | None
) -> None:
    assert given_calendar.began_at(at(now)) == (None if since is None else at(since))
    assert given_calendar.ends_at(at(now)) == (None if until is None else at(until))


OPENINGS = [
    pytest.param(calendar(), "24", [], id="no windows"),
    pytest.param(calendar(FAIR), "24", [], id="freezes alone"),
    pytest.param(
        calendar(MORNINGS, NIGHTS),
        "24 22:00",
        [
            ("mornings", "25 05:00", "25 08:00"),
            ("nights", "25 22:00", "26 05:00"),
            ("mornings", "26 05:00", "26 08:00"),
        ],
        id="in their order, after now",
    ),
    pytest.param(
        calendar(NIGHTS, FAIR),
        "24 21:00",
        [("nights", "24 22:00", "24 23:00"), ("nights", "26 02:00", "26 05:00"), ("nights", "26 22:00", "27 05:00")],
        id="a freeze closes, and what is left opens when it ends",
    ),
    pytest.param(
        calendar(MORNINGS, FAIR),
        "25",
        [("mornings", "26 05:00", "26 08:00")],
        id="what is over when the freeze ends is left out",
    ),
    pytest.param(
        calendar(NIGHTS, freeze("25 01:00", "25 02:00")),
        "24 22:00",
        [("nights", "25 02:00", "25 05:00"), ("nights", "25 22:00", "26 05:00")],
        id="what is open now opens again after a freeze",
    ),
    pytest.param(
        calendar(
            NIGHTS, freeze("24 22:00", "25 05:00"), freeze("25 22:00", "26 00:00"), freeze("26 00:00", "26 04:00")
        ),
        "24",
        [("nights", "26 04:00", "26 05:00"), ("nights", "26 22:00", "27 05:00")],
        id="freezes that adjoin, and one that is as long as the window",
    ),
    pytest.param(
        calendar(NIGHTS, freeze("01", "9999-12-31")),
        "24",
        [],
        id="frozen for ever",
    ),
    pytest.param(
        calendar(window("* 22 * * *", 4, "minutely")),
        "24",
        [("minutely", "24 22:00", "25 02:59"), ("minutely", "25 22:00", "26 02:59")],
        id="starts that prolong are one opening",
    ),
    pytest.param(
        calendar(window("0 * * * *", 2, "hourly"), FAIR),
        "24",
        [("hourly", "26 02:00", None)],
        id="no end is found",
    ),
]


@pytest.mark.parametrize(("given_calendar", "now", "expected"), OPENINGS)
def test_the_next_openings(given_calendar: Calendar, now: str, expected: list[tuple[str, str, str | None]]) -> None:
    found = given_calendar.openings(at(now), len(expected) or 1)
    assert [(one.window.name, one.opens_at, one.closes_at) for one in found] == [
        (name, at(opens), None if closes is None else at(closes)) for name, opens, closes in expected
    ]


def test_none_are_asked_for_none_are_told() -> None:
    assert calendar(NIGHTS).openings(at("24"), 0) == ()


starts = st.sampled_from(["0 22 * * 1-5", "0 * * * *", "30 2 * * *", "0 0 * * 6", "*/20 4-6 * * *", "0 0 L * *"])
windows = st.builds(
    window,
    starts,
    st.sampled_from([0.25, 1, 1.5, 7, 24, 48]),
    zone=st.sampled_from(["UTC", "Europe/Amsterdam", "Australia/Lord_Howe"]),
)
instants = st.datetimes(datetime(2026, 10, 1), datetime(2026, 11, 30), timezones=st.just(UTC))  # noqa: DTZ001 -- Hypothesis adds the zone
freezes = st.builds(
    lambda begins, hours: Freeze(begins=begins, ends=begins + hours * HOUR, reason="drawn"),
    instants,
    st.integers(1, 100),
)
calendars = st.builds(calendar, windows, windows, freezes, freezes) | st.builds(calendar, freezes) | st.builds(calendar)


@given(calendars, instants)
def test_open_is_what_some_window_holds_and_no_freeze(drawn: Calendar, now: datetime) -> None:
    hours = drawn.at(now)
    frozen = [one for one in drawn.freezes if one.begins <= now < one.ends]
    lasts = [(one, one.schedule.last_at_or_before(now)) for one in drawn.windows]
    held = tuple(one for one, last in lasts if last and last <= now < last + one.duration)
    assert hours.freeze in frozen if frozen else hours.freeze is None
    assert hours.windows == (() if frozen else held)
    assert hours.open == (not frozen and bool(held or not drawn.windows))


@given(calendars, instants, st.floats(0, 0.999))
def test_nothing_changes_before_it_is_said_to(drawn: Calendar, now: datetime, part: float) -> None:
    hours = drawn.at(now)
    assert hours.since == now
    if hours.until is not None:
        assert hours.until > now
        later = drawn.at(now + (hours.until - now) * part)
        assert (later.open, later.windows, later.freeze) == (hours.open, hours.windows, hours.freeze)


@given(calendars, instants, st.floats(0, 0.999))
def test_a_stretch_is_of_one_piece_and_something_else_before_and_after(
    drawn: Calendar, now: datetime, part: float
) -> None:
    was, began, ends = drawn.at(now).open, drawn.began_at(now), drawn.ends_at(now)
    if began is not None:
        assert drawn.at(began + (now - began) * part).open == was
        assert drawn.at(began - INSTANT).open != was
    if ends is not None:
        assert drawn.at(now + (ends - now) * part).open == was
        assert drawn.at(ends).open != was


@given(calendars, instants)
def test_an_opening_opens_its_window_and_closes_it(drawn: Calendar, now: datetime) -> None:
    found = drawn.openings(now, 6)
    assert list(found) == sorted(found, key=lambda one: one.opens_at)
    for one in found:
        assert one.opens_at > now
        assert one.window in drawn.at(one.opens_at).windows
        assert one.window not in drawn.at(one.opens_at - INSTANT).windows
        if one.closes_at is not None:
            assert one.window in drawn.at(one.closes_at - INSTANT).windows
            assert one.window not in drawn.at(one.closes_at).windows
    if found and not drawn.at(now).open:
        assert drawn.ends_at(now) == found[0].opens_at
