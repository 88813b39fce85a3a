"""Instants as people write them."""

from datetime import UTC, datetime

import pytest

from webhook.policy.instants import InvalidInstant, parse_instant

NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2027-01-01T00:00:00Z", "2027-01-01T08:00+08:00", "2027-01-01 00:00:00+00:00", "2026-12-31T19:00:00-05:00"]
)
def test_instants_are_read_whatever_their_offset_and_are_in_utc(text: str) -> None:
    assert parse_instant(text) == NEW_YEAR
    assert parse_instant(text).tzinfo is UTC


JUNK = ["", "tomorrow", "2027-01-01", "2027-01-01T00:00:00", "2027-02-30T00:00:00Z", "1798761600"]


@pytest.mark.parametrize("text", [*JUNK, "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"])
def test_what_names_no_instant_or_no_time_zone_is_refused(text: str) -> None:
    with pytest.raises(InvalidInstant, match=r"^an instant with a time zone is needed, like 2026-12-31T00:00:00Z$"):
        parse_instant(text)
