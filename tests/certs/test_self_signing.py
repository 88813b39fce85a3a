"""A self-signed pair that is always good: made at first, kept for two thirds of its life, and then made anew."""

import asyncio
import logging
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from certs.pair import Pair
from certs.reading import BadPair
from certs.self_signed import LIFETIME
from certs.self_signing import SelfSigning
from certs.state import Shown, State
from certs.validity import CLOCK_SKEW
from tests.certs.around import Around
from tests.certs.fakes import NOW

SECOND = timedelta(seconds=1)
AGE = (LIFETIME + CLOCK_SKEW) * 2 / 3 - CLOCK_SKEW
"""At which one is made anew: its life begins a little before it is made."""


class Making(Around):
    """Who makes pairs, and what came of it."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        self.served: list[Pair] = []
        self.refusal = ""
        self.signing = SelfSigning(names or ("localhost", "127.0.0.1"), self._serve, self.tell, self.time)

    def look_at(self, now: datetime) -> int:
        """Look, and return how many pairs were made by then."""
        self.now = now
        self.signing.look()
        return len(self.served)

    @property
    def newest(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.served[-1].certificate)

    def _serve(self, pair: Pair) -> None:
        if self.refusal:
            raise BadPair(self.refusal)
        self.served.append(pair)


def test_before_the_first_look_there_is_none() -> None:
    making = Making()
    assert making.signing.state == State()
    assert making.served == []


def test_one_is_made_at_first_for_the_names_given_and_told_as_what_nobody_can_trust() -> None:
    making = Making("localhost", "192.0.2.7")
    assert making.look_at(NOW) == 1
    names = making.newest.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in names] == ["localhost", "192.0.2.7"]
    assert making.signing.state == State(leaf=Shown.of(making.newest), leaf_changed_at=NOW)
    assert making.told == [
        (logging.WARNING, "self-signed certificate made", {"notAfter": "2026-11-29T09:00:00Z"}),
    ]


@pytest.mark.parametrize(
    ("later", "pairs"),
    [
        (timedelta(0), 1),
        (timedelta(days=1), 1),
        (AGE - SECOND, 1),
        (AGE, 2),
        (LIFETIME, 2),
        (LIFETIME * 100, 2),
        pytest.param(-CLOCK_SKEW, 1, id="the clock is set back to its start"),
        pytest.param(-CLOCK_SKEW - SECOND, 2, id="the clock is set back before its start"),
        pytest.param(timedelta(days=-3000), 2, id="the clock is set back by years"),
    ],
)
def test_it_is_kept_for_two_thirds_of_its_life_and_unless_it_would_begin_in_the_future(
    later: timedelta, pairs: int
) -> None:
    making = Making()
    making.look_at(NOW)
    assert making.look_at(NOW + later) == pairs
    assert len(making.told) == pairs
    assert making.signing.state.leaf == Shown.of(making.newest)
    assert making.signing.state.leaf_changed_at == (NOW if pairs == 1 else NOW + later)


def test_a_new_one_has_a_key_of_its_own() -> None:
    making = Making()
    making.look_at(NOW)
    making.look_at(NOW + AGE)
    assert len({pair.key for pair in making.served}) == 2


@given(st.lists(st.timedeltas(min_value=timedelta(days=-60), max_value=timedelta(days=60)), min_size=1, max_size=8))
def test_wherever_the_clock_goes_what_is_served_is_good_after_each_look(leaps: list[timedelta]) -> None:
    making = Making()
    for leap in leaps:
        before = len(making.served)
        made = making.look_at(making.now + leap) - before
        assert making.newest.not_valid_before_utc <= making.now < making.newest.not_valid_after_utc - LIFETIME / 4
        assert making.look_at(making.now) == before + made  # what is good is not made again


@pytest.mark.parametrize("name", ["ü", "Ж.example", "192.0.2.7٣"])
def test_a_name_that_no_certificate_can_hold_is_refused_and_nothing_is_served(name: str) -> None:
    making = Making("localhost", name)
    with pytest.raises(ValueError, match="DNSName"):
        making.look_at(NOW)
    assert making.served == []
    assert making.signing.state.leaf is None


def test_one_that_cannot_be_shown_is_not_told_as_made_and_is_tried_again() -> None:
    making = Making()
    making.refusal = "certificate and key cannot be loaded: No space left on device"
    with pytest.raises(BadPair, match="No space left"):
        making.look_at(NOW)
    assert (making.signing.state.leaf, making.told) == (None, [])
    making.refusal = ""
    assert making.look_at(NOW) == 1


def test_a_later_one_that_cannot_be_shown_ends_nothing_and_is_said_once() -> None:
    """The one before is good for a third of its life yet."""
    making = Making()
    making.look_at(NOW)
    making.refusal = "certificate and key cannot be loaded: No space left on device"
    assert [making.look_at(NOW + AGE + pause * SECOND) for pause in (0, 60)] == [1, 1]
    assert making.signing.state.problem == making.refusal
    assert [event for _, event, _ in making.told].count("certificates are not in order") == 1
    making.refusal = ""
    assert making.look_at(NOW + AGE + 120 * SECOND) == 2
    assert making.signing.state.problem == ""


def test_it_looks_once_a_minute_and_makes_one_as_it_is_due() -> None:
    class EnoughError(Exception):
        pass

    making = Making()
    making.look_at(NOW)
    moments = [NOW + AGE - SECOND, NOW + AGE, NOW + AGE + SECOND]

    def pass_by() -> None:
        if not moments:
            raise EnoughError
        making.now = moments.pop(0)

    making.on_sleep = pass_by
    with pytest.raises(EnoughError):
        asyncio.run(making.signing.run())
    assert making.slept == [60] * 4
    assert len(making.served) == 2
    assert making.signing.state.leaf_changed_at == NOW + AGE
