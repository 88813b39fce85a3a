"""Whom to trust: each authority once, newest first, none that has ended, and not too many."""

from datetime import timedelta

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from certs.authority import make_authority
from certs.bundle import MOST, bundle_of, fingerprint, read_bundle, written_bundle
from certs.leaf import make_leaf
from tests.certs.fakes import NAMES, NOW
from tests.certs.forging import forge

DAY = timedelta(days=1)


def authority(days_old: float = 0) -> x509.Certificate:
    return x509.load_pem_x509_certificate(make_authority(NAMES, NOW - days_old * DAY).certificate)


CURRENT, OLD = authority(10), authority(300)
MANY = [authority(days) for days in range(0, 40, 2)]


def test_they_are_each_once_and_newest_first_and_so_always_the_same_bytes() -> None:
    new = authority(1)
    bundle = bundle_of([OLD, new, CURRENT, new], keep=[CURRENT, new], ended_before=NOW)
    assert bundle == (new, CURRENT, OLD)
    again = bundle_of(read_bundle(b"junk" + written_bundle(bundle)).certificates, keep=[], ended_before=None)
    assert written_bundle(again) == written_bundle(bundle)


@pytest.mark.parametrize(("days", "stays"), [(364, True), (365, True), (365.1, False), (900, False)])
def test_one_that_has_ended_is_left_out_unless_it_is_to_be_kept(days: float, stays: bool) -> None:  # noqa: FBT001
    old = authority(days)
    assert (old in bundle_of([old], keep=[CURRENT], ended_before=NOW)) is stays
    assert bundle_of([old], keep=[CURRENT], ended_before=None) == (CURRENT, old)
    assert bundle_of([], keep=[CURRENT, old], ended_before=NOW) == (CURRENT, old)


def test_what_is_no_authority_is_left_out() -> None:
    leaf = make_leaf(make_authority(NAMES, NOW), NAMES, NOW).certificate
    others = [x509.load_pem_x509_certificate(pem) for pem in (leaf, forge(extensions=()).certificate)]
    assert bundle_of(others, keep=[CURRENT], ended_before=NOW) == (CURRENT,)


def test_of_too_many_the_oldest_go_first_but_never_the_one_that_signs() -> None:
    bundle = bundle_of([*MANY, OLD], keep=[OLD], ended_before=NOW)
    assert len(bundle) == MOST
    assert bundle == (*MANY[: MOST - 1], OLD)


@given(st.lists(st.sampled_from([*MANY, OLD, CURRENT])), st.sampled_from([*MANY, OLD]))
def test_whatever_goes_in_the_rules_hold_and_hold_again(
    some: list[x509.Certificate], signing: x509.Certificate
) -> None:
    bundle = bundle_of(some, keep=[signing], ended_before=NOW)
    assert len(bundle) <= MOST
    assert signing in bundle
    assert set(bundle) <= {*some, signing}
    assert bundle == bundle_of(reversed(bundle), keep=[signing], ended_before=NOW)


def test_what_can_be_read_is_read_and_the_rest_is_counted() -> None:
    pem = written_bundle([CURRENT])
    broken = pem.replace(b"MII", b"AAA", 1)
    assert read_bundle(pem + broken + b"\n# old\n" + written_bundle([OLD])) == ((CURRENT, OLD), 1)
    assert read_bundle(b"-----BEGIN CERTIFICATE-----") == ((), 0)
    assert read_bundle(b"") == ((), 0)


def test_of_what_is_far_too_large_nothing_is_read() -> None:
    """Beginnings without an end would keep a search busy for minutes, and whoever calls is waiting."""
    assert read_bundle(written_bundle([CURRENT]) + b"-----BEGIN CERTIFICATE-----\n" * 10_000) == ((), 1)


def test_a_fingerprint_is_sha_256() -> None:
    assert len(fingerprint(CURRENT)) == 64
