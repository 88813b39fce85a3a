"""However it is asked, the API server hears few questions at a time and few a second."""

from hypothesis import given
from hypothesis import strategies as st

from tests.access.fakes import Clock
from webhook.access.pace import Pace


@given(st.lists(st.floats(0, 2), min_size=1, max_size=200))
def test_in_no_stretch_of_time_are_there_more_than_the_pace_allows(pauses: list[float]) -> None:
    clock = Clock()
    pace = Pace(clock, at_once=1, a_second=10)
    taken: list[float] = []
    for pause in pauses:
        clock.seconds += pause
        if pace.take():
            taken.append(clock.seconds)
            pace.done()
    for first, begin in enumerate(taken):
        for count, end in enumerate(taken[first:], 1):
            assert count <= 10 + (end - begin) * 10 + 1e-6


@given(st.lists(st.booleans(), max_size=100))
def test_no_more_than_the_bound_are_ever_on_their_way(steps: list[bool]) -> None:
    pace, asking = Pace(Clock(), at_once=3, a_second=1000), 0
    for begin in steps:
        if begin:
            took = pace.take()
            assert took == (asking < 3)
            asking += took
        elif asking:
            pace.done()
            asking -= 1


def test_after_a_second_of_rest_all_may_be_asked_again_and_after_an_hour_no_more_than_that() -> None:
    clock = Clock()
    pace = Pace(clock, at_once=1000, a_second=10)
    assert [pace.take() for _ in range(11)] == [True] * 10 + [False]
    clock.seconds += 1
    assert [pace.take() for _ in range(11)] == [True] * 10 + [False]
    clock.seconds += 3600
    assert [pace.take() for _ in range(11)] == [True] * 10 + [False]
