"""What is remembered is what a plain model remembers: never too old, never too much, the unused longest gone first."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhook.access.remembered import Kept, Remembered

LIFE, CAPACITY = 10, 4

KEYS = st.integers(0, 7)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("keep"), KEYS, st.integers()),
        st.tuples(st.just("find"), KEYS, st.just(0)),
        st.tuples(st.just("drop"), KEYS, st.just(0)),
        st.tuples(st.just("pass"), st.integers(0, 6), st.just(0)),
    ),
    max_size=60,
)


@dataclass
class Model:
    """A list, the one unused longest first."""

    kept: list[tuple[int, int, float]] = field(default_factory=list)

    def keep(self, key: int, value: int, now: float) -> None:
        self.drop(key)
        self.kept = [*self.kept, (key, value, now)][-CAPACITY:]

    def find(self, key: int, now: float) -> int | None:
        for one in self.kept:
            if one[0] == key and now - one[2] < LIFE:
                self.kept.remove(one)
                self.kept.append(one)
                return one[1]
        return None

    def drop(self, key: int) -> None:
        self.kept = [one for one in self.kept if one[0] != key]


@given(STEPS)
def test_it_behaves_as_a_plain_list_would(steps: list[tuple[str, int, int]]) -> None:
    remembered: Remembered[int, int] = Remembered(seconds=LIFE, capacity=CAPACITY)
    model, now = Model(), 0.0
    for step, key, value in steps:
        match step:
            case "keep":
                remembered.keep(key, value, now)
                model.keep(key, value, now)
            case "find":
                found = remembered.find(key, now)
                assert (found.value if found else None) == model.find(key, now)
            case "drop":
                remembered.drop(key)
                model.drop(key)
            case _:
                now += key
        assert len(remembered) == len(model.kept) <= CAPACITY
        assert all(one[0] in remembered for one in model.kept)


@pytest.mark.parametrize(("age", "holds"), [(0, True), (9.999, True), (10, False), (1e9, False)])
def test_an_answer_holds_for_its_time_and_not_an_instant_longer(age: float, holds: bool) -> None:  # noqa: FBT001 -- a case
    remembered: Remembered[str, bool] = Remembered(seconds=LIFE, capacity=CAPACITY)
    remembered.keep("key", False, 5.0)
    assert remembered.find("key", 5.0 + age) == (Kept(value=False, until=15.0) if holds else None)


def test_being_asked_for_makes_nothing_younger() -> None:
    remembered: Remembered[str, int] = Remembered(seconds=LIFE, capacity=CAPACITY)
    remembered.keep("key", 1, 0.0)
    assert all(remembered.find("key", second) for second in range(LIFE))
    assert remembered.find("key", LIFE) is None
