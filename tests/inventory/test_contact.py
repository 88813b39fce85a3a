"""How fresh the inventory is, and when that is a reason for doubt."""

from datetime import timedelta

from tests.builders import NOW
from webhook.inventory.contact import Contact


class Clocks:
    """A monotonic and a wall clock that a test moves."""

    def __init__(self) -> None:
        self.seconds, self.wall = 1000.0, NOW

    def contact(self) -> Contact:
        return Contact(monotonic=lambda: self.seconds, clock=lambda: self.wall)

    def pass_by(self, seconds: float) -> None:
        self.seconds += seconds
        self.wall += timedelta(seconds=seconds)


def test_before_the_first_list_there_is_no_age_and_every_doubt() -> None:
    contact = Clocks().contact()
    contact.heard()
    assert contact.age is None
    assert contact.doubt(180) == "the cluster was not read yet"
    contact.lost("the API server answered 403 Forbidden")
    assert contact.doubt(180) == "the cluster was not read yet (the API server answered 403 Forbidden)"


def test_silence_up_to_the_limit_is_no_doubt_and_beyond_it_is() -> None:
    clocks = Clocks()
    contact = clocks.contact()
    contact.synced = True
    contact.heard()
    clocks.pass_by(180)
    assert contact.age == 180
    assert contact.doubt(180) == ""
    clocks.pass_by(1)
    assert contact.doubt(180) == "the API server was last heard at 2026-11-22T21:00:00Z"


def test_the_doubt_is_worded_by_the_instant_so_that_it_stays_the_same() -> None:
    clocks = Clocks()
    contact = clocks.contact()
    contact.synced = True
    contact.heard()
    clocks.pass_by(200)
    first = contact.doubt(180)
    clocks.pass_by(200)
    assert contact.doubt(180) == first


def test_setting_the_wall_clock_makes_nothing_fresh_or_stale() -> None:
    clocks = Clocks()
    contact = clocks.contact()
    contact.synced = True
    contact.heard()
    clocks.wall += timedelta(days=1)
    assert contact.doubt(180) == ""


def test_being_heard_again_ends_the_trouble() -> None:
    contact = Clocks().contact()
    contact.synced = True
    contact.lost("refused")
    assert (contact.trouble, contact.failures) == ("refused", 1)
    contact.heard()
    assert (contact.trouble, contact.failures, contact.doubt(180)) == ("", 1, "")
