"""Who makes room when there are as many connections as there may be."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhook.server.seats import UNDISTURBED, Seats

LATER = 2 * UNDISTURBED


@dataclass(eq=False)
class Guest:
    name: str
    is_owed_an_answer: bool = False
    unseated: bool = False

    def unseat(self) -> None:
        self.unseated = True


@dataclass
class Room:
    """Seats for two, on a clock of their own."""

    now: float = 1000.0
    guests: list[Guest] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.seats: Seats[Guest] = Seats(most=2, monotonic=lambda: self.now)

    def enter(self, name: str, *, after: float = LATER) -> bool:
        """Whether there was room for one more."""
        self.now += after
        if not self.seats.make_room():
            return False
        self.guests.append(Guest(name))
        self.seats.step(self.guests[-1])
        return True

    def gone(self) -> list[str]:
        return [guest.name for guest in self.guests if guest.unseated]


@pytest.fixture
def room() -> Room:
    full = Room()
    assert full.enter("first")
    assert full.enter("second")
    return full


def test_while_there_are_seats_nobody_goes(room: Room) -> None:
    assert room.gone() == []


def test_who_did_nothing_for_longest_goes_for_the_next(room: Room) -> None:
    assert room.enter("third")
    assert room.gone() == ["first"]


def test_a_step_counts_as_if_it_had_just_come(room: Room) -> None:
    room.seats.step(room.guests[0])
    assert room.enter("third")
    assert room.gone() == ["second"]


def test_who_has_left_needs_no_seat(room: Room) -> None:
    room.seats.leave(room.guests[1])
    assert room.enter("third")
    assert room.gone() == []


def test_who_waits_for_us_stays(room: Room) -> None:
    room.guests[0].is_owed_an_answer = True
    assert room.enter("third")
    assert room.gone() == ["second"]


def test_if_all_wait_for_us_the_next_waits_too(room: Room) -> None:
    for guest in room.guests:
        guest.is_owed_an_answer = True
    assert not room.enter("third")


def test_everybody_is_given_a_moment_for_the_next_step(room: Room) -> None:
    for guest in room.guests:
        room.seats.step(guest)
    assert not room.enter("third", after=UNDISTURBED / 2)
    assert room.enter("third", after=UNDISTURBED)


def test_where_something_else_ran_out_one_goes_although_there_are_seats(room: Room) -> None:
    room.seats.leave(room.guests[1])
    room.now += LATER
    assert room.seats.make_room(is_needed=True)
    assert room.gone() == ["first"]


@given(st.lists(st.tuples(st.sampled_from(["enter", "step", "leave", "owe"]), st.integers(0, 1), st.floats(0, 2))))
def test_there_are_never_more_than_there_may_be_and_nobody_goes_who_waits_for_us(
    doings: list[tuple[str, int, float]],
) -> None:
    room = Room()
    for what, which, after in doings:
        seated = list(room.seats._stepped_at)
        match what:
            case "enter":
                room.enter("another", after=after)
            case "step" if seated:
                room.seats.step(seated[which % len(seated)])
            case "leave" if seated:
                room.seats.leave(seated[which % len(seated)])
            case "owe" if seated:
                seated[which % len(seated)].is_owed_an_answer = True
        assert len(room.seats._stepped_at) <= 2
        assert not any(guest.unseated and guest.is_owed_an_answer for guest in room.guests)
