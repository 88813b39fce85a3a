"""How often a replica looks, and how often it does what others may undo."""

import random

from hypothesis import given
from hypothesis import strategies as st

from certs.allowance import Allowance
from certs.pauses import CALM, Pauses


@given(st.integers(), st.lists(st.booleans(), max_size=50))
def test_a_pause_is_never_a_tight_loop_and_never_longer_than_a_minute(seed: int, failures: list[bool]) -> None:
    pauses = Pauses(random.Random(seed))
    for failed in failures:
        assert 0.25 <= pauses.after(failed=failed) <= CALM


def test_after_a_failure_it_is_short_at_first_and_as_long_as_ever_at_last() -> None:
    pauses = Pauses(random.Random(1))
    taken = [pauses.after(failed=True) for _ in range(200)]
    assert taken[0] <= 0.5
    assert taken[3] <= 4
    assert max(taken) > 50
    assert pauses.after(failed=False) >= CALM * 3 / 4
    assert pauses.after(failed=True) <= 0.5


def test_from_one_failure_to_the_next_it_may_be_twice_as_long() -> None:
    class Longest(random.Random):
        def uniform(self, a: float, b: float) -> float:
            return max(a, b)

    pauses = Pauses(Longest())
    assert [pauses.after(failed=True) for _ in range(9)] == [0.5, 1, 2, 4, 8, 16, 32, CALM, CALM]


def test_two_replicas_do_not_look_at_the_same_time() -> None:
    assert Pauses().after(failed=False) != Pauses().after(failed=False)


def test_something_may_be_done_a_few_times_at_once_and_then_now_and_again() -> None:
    seconds = [0.0]
    allowance = Allowance(2, 8, lambda: seconds[0])
    done = []
    for second in range(33):
        seconds[0] = second
        while not allowance.is_used_up:
            allowance.use()
            done.append(second)
    assert done == [0, 0, 8, 16, 24, 32]
    seconds[0] = 1e9
    assert not allowance.is_used_up
    allowance.use()
    allowance.use()
    assert allowance.is_used_up
