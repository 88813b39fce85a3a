"""Durations as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhook.policy.durations import InvalidDuration, parse_duration

LENGTHS = [
    ("90s", timedelta(seconds=90)),
    ("90m", timedelta(minutes=90)),
    ("4h", timedelta(hours=4)),
    ("4h30m", timedelta(hours=4, minutes=30)),
    ("1d12h", timedelta(days=1, hours=12)),
    ("1h0m5s", timedelta(hours=1, seconds=5)),
    ("0h1s", timedelta(seconds=1)),
    ("007s", timedelta(seconds=7)),
]


@pytest.mark.parametrize(("text", "length"), LENGTHS)
def test_durations_are_days_hours_minutes_and_seconds(text: str, length: timedelta) -> None:
    assert parse_duration(text) == length


JUNK = [
    "",
    "30",
    "m",
    "1x",
    "-5m",
    "5m ",
    " 5m",
    "1.5h",
    "30m1h",
    "1h1d",
    "1w",
    "0s",
    "0d0h",
    "1h1h",
    "٣m",
    "inf",
    "1e3s",
]


@pytest.mark.parametrize("text", [*JUNK, "9" * 99, "9" * 5000 + "d", "4h\n"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(InvalidDuration, match=r"^not a duration; write it like 90s, 30m, 4h30m or 1d12h$"):
        parse_duration(text)


@given(st.integers(0, 999), st.integers(0, 23), st.integers(0, 59), st.integers(1, 59))
def test_what_is_written_is_read(days: int, hours: int, minutes: int, seconds: int) -> None:
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    assert parse_duration(f"{days}d{hours}h{minutes}m{seconds}s") == length
