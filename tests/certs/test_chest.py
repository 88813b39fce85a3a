"""What the Secret holds: the good is kept, the rest is left out and named."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.authority import make_authority
from certs.bundle import MOST_BYTES
from certs.chest import Chest, data_of, read_chest
from certs.leaf import make_leaf
from certs.reading import read_authority
from tests.certs.fakes import NAMES, NOW
from tests.certs.forging import forge

CURRENT, NEXT = (read_authority(make_authority(NAMES, NOW)) for _ in range(2))
FULL = Chest(current=CURRENT, next=NEXT, bundle=(NEXT.certificate, CURRENT.certificate))
DATA = data_of(FULL)
LEAF = make_leaf(CURRENT.pair, NAMES, NOW)


def without(*keys: str) -> dict[str, bytes]:
    return {key: value for key, value in DATA.items() if key not in keys}


def test_what_was_written_is_read() -> None:
    assert set(DATA) == {"tls.crt", "tls.key", "next.crt", "next.key", "ca.crt"}
    assert read_chest(DATA) == FULL
    alone = Chest(current=CURRENT, bundle=(CURRENT.certificate,))
    assert read_chest(data_of(alone)) == alone
    assert set(data_of(alone)) == {"tls.crt", "tls.key", "ca.crt"}


@pytest.mark.parametrize("data", [{}, {"tls.crt": b"", "tls.key": b""}, {"ca.crt": b""}])
def test_an_empty_secret_as_a_chart_makes_one_is_no_problem(data: Mapping[str, bytes]) -> None:
    assert read_chest(data) == Chest()


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (DATA | {"tls.key": NEXT.pair.key}, "tls.crt and tls.key: the key is another than the certificate's"),
        (DATA | {"tls.crt": b"?"}, "tls.crt and tls.key: there is no certificate in PEM, or one that cannot be read"),
        (DATA | {"tls.crt": LEAF.certificate, "tls.key": LEAF.key}, "tls.crt and tls.key: the certificate is no"),
        (DATA | {"tls.key": b"x" * (MOST_BYTES + 1)}, "tls.key: it is larger than 64 KiB"),
        (without("tls.key"), "tls.key: it is missing"),
        (without("tls.crt"), "tls.crt: it is missing"),
        (without("tls.crt", "tls.key"), "tls.crt and tls.key: they are missing"),
        ({"foreign": b"data"}, "tls.crt and tls.key: they are missing"),
        (DATA | {"tls.crt": b"", "tls.key": b""}, "tls.crt and tls.key: they are missing"),
    ],
)
def test_an_authority_that_is_no_good_is_left_out_and_named(data: Mapping[str, bytes], problem: str) -> None:
    chest = read_chest(data)
    assert chest.current is None
    assert any(one.startswith(problem) for one in chest.problems), chest.problems
    if "next.crt" in data:
        assert (chest.next, chest.bundle) == (NEXT, FULL.bundle)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (DATA | {"next.key": CURRENT.pair.key}, "next.crt and next.key: the key is another than the certificate's"),
        (without("next.key"), "next.key: it is missing"),
        (without("next.crt"), "next.crt: it is missing"),
        (DATA | {"next.crt": b"x" * (MOST_BYTES + 1)}, "next.crt: it is larger than 64 KiB"),
    ],
)
def test_a_next_one_that_is_no_good_harms_nothing_else(data: Mapping[str, bytes], problem: str) -> None:
    chest = read_chest(data)
    assert (chest.current, chest.next, chest.bundle) == (CURRENT, None, FULL.bundle)
    assert problem in chest.problems


@pytest.mark.parametrize(
    ("bundle", "left", "problem"),
    [
        (DATA["ca.crt"].replace(b"MII", b"AAA", 1), 1, "ca.crt: 1 of its certificates cannot be read"),
        (b"?", 0, "ca.crt: there is no certificate in it"),
        (b"", 0, "ca.crt: there is no certificate in it"),
        (b"\n" * (MOST_BYTES + 1), 0, "ca.crt: it is larger than 64 KiB"),
    ],
)
def test_certificates_of_the_bundle_that_can_be_read_stay(bundle: bytes, left: int, problem: str) -> None:
    chest = read_chest(DATA | {"ca.crt": bundle})
    assert len(chest.bundle) == left
    assert problem in chest.problems
    assert chest.current == CURRENT


@pytest.mark.parametrize("key", ["tls.crt", "tls.key", "next.crt", "next.key"])
def test_what_is_missing_is_named_once(key: str) -> None:
    assert read_chest(without(key)).problems == (f"{key}: it is missing",)


def test_a_value_may_be_as_large_as_the_bound() -> None:
    assert read_chest(DATA | {"tls.key": CURRENT.pair.key.ljust(MOST_BYTES, b"\n")}).problems == ()


def test_keys_of_somebody_else_are_not_ours_to_judge() -> None:
    assert read_chest(DATA | {"notes.txt": b"x" * (MOST_BYTES + 1)}) == FULL


def test_no_key_is_told() -> None:
    told = repr(read_chest(DATA | {"next.key": CURRENT.pair.key}))
    assert "PRIVATE" not in told


values = st.sampled_from([*DATA.values(), LEAF.certificate, LEAF.key, forge().certificate, b"", b"?"]) | st.binary()


@given(st.dictionaries(st.sampled_from([*DATA, "more"]), values))
def test_whatever_is_in_it_reading_never_fails_and_what_was_read_is_good(data: Mapping[str, bytes]) -> None:
    chest = read_chest(data)
    for one in (chest.current, chest.next):
        if one is not None:
            read_authority(one.pair)
    if not chest.problems and chest.current:
        assert read_chest(data_of(chest)) == chest
