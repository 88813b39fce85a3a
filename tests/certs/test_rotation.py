"""When to renew: at two thirds of a life, by a clock that may be set; and never where a new one would be no better."""

from datetime import datetime, timedelta

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from certs.authority import make_authority
from certs.leaf import make_leaf
from certs.rotation import authority_due, leaf_due, renewal_of
from tests.certs.fakes import NAMES, NOW
from tests.certs.forging import forge

PAIR = make_authority(NAMES, NOW)
AUTHORITY = x509.load_pem_x509_certificate(PAIR.certificate)
DAYS = timedelta(days=1)


def leaf(at: datetime) -> x509.Certificate:
    return x509.load_pem_x509_certificate(make_leaf(PAIR, NAMES, at).certificate)


def test_two_thirds_of_a_life_are_over() -> None:
    short = x509.load_pem_x509_certificate(forge(begins=NOW, ends=NOW + timedelta(seconds=90)).certificate)
    assert renewal_of(short) == NOW + timedelta(seconds=60)


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (NOW - timedelta(minutes=5, seconds=1), "it begins at 2026-11-22T08:55:00Z only, by this clock"),
        (NOW - timedelta(minutes=5), ""),
        (NOW, ""),
        (renewal_of(AUTHORITY) - timedelta(seconds=1), ""),
        (renewal_of(AUTHORITY), "two thirds of its life were over at 2027-07-23T16:58:20Z"),
        (NOW + 365 * DAYS, "two thirds of its life were over at 2027-07-23T16:58:20Z"),
        (NOW + 365 * DAYS + timedelta(seconds=1), "it ended at 2027-11-22T09:00:00Z"),
        (NOW + 9000 * DAYS, "it ended at 2027-11-22T09:00:00Z"),
        (NOW - 9000 * DAYS, "it begins at 2026-11-22T08:55:00Z only, by this clock"),
    ],
)
def test_an_authority_is_due_for_a_reason(at: datetime, reason: str) -> None:
    due = authority_due(AUTHORITY, at)
    assert (due.due, due.reason) == (bool(reason), reason)


@pytest.mark.parametrize(
    ("made", "at", "reason"),
    [
        (NOW, NOW, ""),
        (NOW, NOW + 4 * DAYS, ""),
        (NOW, NOW + 5 * DAYS, "two thirds of its life were over at 2026-11-27T00:58:20Z"),
        (NOW, NOW + 30 * DAYS, "two thirds of its life were over at 2026-11-27T00:58:20Z"),
        # The clock was set back: within the authority's life a new one is good at once, before it none is better.
        (NOW + 30 * DAYS, NOW + 20 * DAYS, "it begins at 2026-12-22T08:55:00Z only, by this clock"),
        (NOW + 30 * DAYS, NOW - 20 * DAYS, "it begins at 2026-12-22T08:55:00Z only, by this clock"),
        (NOW, NOW - 20 * DAYS, ""),
        (NOW - 20 * DAYS, NOW - 10 * DAYS, ""),
        # Just before the authority's end none would be good for longer.
        (NOW + 362 * DAYS, NOW + 364 * DAYS, ""),
        (NOW + 357 * DAYS, NOW + 363 * DAYS, "two thirds of its life were over at 2027-11-19T00:58:20Z"),
        (NOW + 362 * DAYS, NOW + 400 * DAYS, ""),
    ],
)
def test_a_leaf_is_due_for_a_reason(made: datetime, at: datetime, reason: str) -> None:
    due = leaf_due(leaf(made), AUTHORITY, at)
    assert (due.due, due.reason) == (bool(reason), reason)


def test_a_leaf_is_due_when_somebody_asks_or_another_authority_signs() -> None:
    assert leaf_due(leaf(NOW), AUTHORITY, NOW, asked=True).reason == "somebody asked for it"
    other = x509.load_pem_x509_certificate(make_authority(NAMES, NOW).certificate)
    assert leaf_due(leaf(NOW), other, NOW).reason == "it is by another authority than the one that signs now"


@given(st.timedeltas(-500 * DAYS, 365 * DAYS), st.timedeltas(-500 * DAYS, 365 * DAYS))
def test_a_leaf_that_was_renewed_is_not_due_at_once_again_wherever_the_clock_stands(
    made: timedelta,
    at: timedelta,
) -> None:
    if leaf_due(leaf(NOW + made), AUTHORITY, NOW + at).due:
        assert not leaf_due(leaf(NOW + at), AUTHORITY, NOW + at).due


@given(st.timedeltas(timedelta(0), 365 * DAYS), st.timedeltas(timedelta(0), 365 * DAYS))
def test_a_leaf_that_is_no_good_is_due_wherever_its_authority_is_good(made: timedelta, at: timedelta) -> None:
    old = leaf(NOW + made)
    if not old.not_valid_before_utc <= NOW + at <= old.not_valid_after_utc:
        assert leaf_due(old, AUTHORITY, NOW + at).due
