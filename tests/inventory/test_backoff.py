"""Delays between attempts: never none, never more than the ceiling, and different from replica to replica."""

import random

from hypothesis import given
from hypothesis import strategies as st

from webhook.inventory.backoff import Backoff


def backoff(seed: int = 1) -> Backoff:
    return Backoff(floor=0.5, ceiling=30, uniform=random.Random(seed))


@given(st.integers(0, 2**32), st.integers(1, 200), st.floats(0, 1e6))
def test_a_delay_is_never_a_tight_loop_and_never_longer_than_the_ceiling(seed: int, times: int, asked: float) -> None:
    pace = backoff(seed)
    assert all(0.25 <= pace.next(asked) <= 30 for _ in range(times))


def test_the_bound_doubles_with_each_failure_up_to_the_ceiling() -> None:
    longest = [max(_nth_delay(seed, failures) for seed in range(300)) for failures in range(9)]
    for bound, seen in zip([0.5, 1, 2, 4, 8, 16, 30, 30, 30], longest, strict=True):
        assert bound * 0.9 < seen <= bound


def test_a_reset_begins_at_the_floor_again() -> None:
    pace = backoff()
    for _ in range(20):
        pace.next()
    pace.reset()
    assert pace.next() <= 0.5


def test_what_the_api_server_asks_for_is_a_lower_bound() -> None:
    assert backoff().next(at_least=7) == 7


def test_two_replicas_do_not_come_back_together() -> None:
    assert Backoff().next() != Backoff().next()


def test_a_minute_of_failures_is_a_bounded_number_of_attempts() -> None:
    """What the API server hears of a guard whose every attempt fails at once."""
    for seed in range(50):
        pace, seconds, attempts = backoff(seed), 0.0, 0
        while seconds < 60:
            seconds += pace.next()
            attempts += 1
        assert attempts <= 25


def _nth_delay(seed: int, failures: int) -> float:
    pace = backoff(seed)
    pace.failures = failures
    return pace.next()
