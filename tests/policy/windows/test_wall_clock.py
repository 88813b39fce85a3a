"""Instants and what a clock on a wall shows, where it is put forward and back."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from webhook.policy.windows.wall_clock import instant_of, reached_by, shown_at

AMSTERDAM, LORD_HOWE = ZoneInfo("Europe/Amsterdam"), ZoneInfo("Australia/Lord_Howe")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


def wall(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}")


@pytest.mark.parametrize(
    ("time", "zone", "instant"),
    [
        ("07-01 12:00", AMSTERDAM, "07-01 10:00"),
        ("03-29 01:59", AMSTERDAM, "03-29 00:59"),
        ("03-29 02:30", AMSTERDAM, "03-29 01:00"),  # skipped
        ("03-29 03:00", AMSTERDAM, "03-29 01:00"),
        ("10-25 02:30", AMSTERDAM, "10-25 00:30"),  # comes twice
        ("10-25 03:00", AMSTERDAM, "10-25 02:00"),
        ("10-04 02:15", LORD_HOWE, "10-03 15:30"),  # half an hour is skipped
        ("04-05 01:45", LORD_HOWE, "04-04 14:45"),
    ],
)
def test_a_time_means_the_first_instant_that_shows_it_or_a_later_one(time: str, zone: ZoneInfo, instant: str) -> None:
    assert instant_of(wall(time), zone) == at(instant)


@pytest.mark.parametrize(
    ("instant", "shown", "reached"),
    [
        ("07-01 10:00:30", "07-01 12:00:30", "07-01 12:00:30"),
        ("10-25 00:30", "10-25 02:30", "10-25 02:30"),
        ("10-25 00:59:59", "10-25 02:59:59", "10-25 02:59:59"),
        ("10-25 01:00", "10-25 02:00", "10-25 02:59:59"),
        ("10-25 01:30", "10-25 02:30", "10-25 02:59:59"),
        ("10-25 02:00", "10-25 03:00", "10-25 03:00"),
    ],
)
def test_in_an_hour_that_comes_again_its_end_was_reached_before(instant: str, shown: str, reached: str) -> None:
    assert shown_at(at(instant), AMSTERDAM) == wall(shown)
    assert shown_at(at(instant), AMSTERDAM).fold == 0
    assert reached_by(at(instant), AMSTERDAM) == wall(reached)
