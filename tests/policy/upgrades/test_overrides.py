"""The annotation by which somebody goes on all the same: how it is written, and what it holds for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, version
from webhook.policy.upgrades.override import LONGEST, InvalidOverride, Override, read_override

TEXT = "1.26 until=2026-11-23T02:00:00Z: the batch pods may die (OPS-1207): all of them"


def test_it_names_a_minor_an_end_and_a_reason() -> None:
    assert read_override(TEXT) == Override(
        minor=version("1.26"),
        until=datetime(2026, 11, 23, 2, tzinfo=UTC),
        reason="the batch pods may die (OPS-1207): all of them",
    )


@pytest.mark.parametrize(
    "text",
    [
        "v1.26.3-aliyun.1 until=2026-11-23T02:00:00Z: why",
        "  1.26   until=2026-11-23T10:00:00+08:00:  why ",
        "1.26\nuntil=2026-11-23T02:00:00Z:\nwhy",
    ],
)
def test_it_may_be_written_with_a_vendors_version_another_offset_and_blanks(text: str) -> None:
    assert read_override(text) == Override(
        minor=version("1.26"), until=datetime(2026, 11, 23, 2, tzinfo=UTC), reason="why"
    )


WRONG = [
    ("", "it is not written like"),
    ("true", "it is not written like"),
    ("1.26", "it is not written like"),
    ("1.26 until=2026-11-23T02:00:00Z", "it is not written like"),
    ("1.26 until=2026-11-23T02:00:00Z:", "it is not written like"),
    ("1.26 until=2026-11-23T02:00:00Z:  ", "it is not written like"),
    ("1.26 until=2026-11-23T02:00:00Z:why", "it is not written like"),
    ("latest until=2026-11-23T02:00:00Z: why", "it does not begin with a Kubernetes minor"),
    ("1.26 until=tomorrow: why", "its end is no instant"),
    ("1.26 until=2026-11-23T02:00:00: why", "its end has no time zone"),
    ("1.26 until=2026-11-23: why", "its end has no time zone"),
]


@pytest.mark.parametrize(("text", "why"), WRONG)
def test_one_that_cannot_be_read_says_why(text: str, why: str) -> None:
    with pytest.raises(InvalidOverride, match=why):
        read_override(text)


def override(after: timedelta) -> Override:
    return Override(minor=version("1.26"), until=NOW + after, reason="why")


HOUR = timedelta(hours=1)
HOLDS_NOT = [
    (override(HOUR), "1.28", "it is for 1.26 and not for 1.28"),
    (override(HOUR), None, "which one is asked for cannot be told"),
    (override(timedelta(0)), "1.26", "it ended at"),
    (override(-HOUR), "1.26", "it ended at"),
    (override(LONGEST + timedelta(seconds=1)), "1.26", "more than 72 h from now"),
]


@pytest.mark.parametrize(("held", "asked", "why"), HOLDS_NOT)
def test_it_holds_for_its_minor_and_its_time_and_for_nothing_else(held: Override, asked: str | None, why: str) -> None:
    with pytest.raises(InvalidOverride, match=why):
        held.prove_good_for(version(asked) if asked else None, NOW)


@pytest.mark.parametrize("after", [timedelta(seconds=1), HOUR, LONGEST])
def test_it_holds_until_its_end(after: timedelta) -> None:
    override(after).prove_good_for(version("1.26"), NOW)


@given(st.text(max_size=80))
def test_any_text_is_an_override_or_says_why_not(text: str) -> None:
    try:
        read_override(text)
    except InvalidOverride as error:
        assert str(error).isprintable()
