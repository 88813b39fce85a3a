"""How many connections there are at once, and which of them makes room for another.

A connection takes 65 KiB, and up to a megabyte where the peer means harm; anybody who reaches the port may open
thousands. Without a bound they take the memory of a container; with a bound and nothing else they keep the API server
out.
"""

import time
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

MAX_CONNECTIONS = 256
"""Of a port. An API server keeps 25 at most when nothing goes on, and has one for each review in flight."""
UNDISTURBED = 0.1
"""Seconds that a connection is given for its next step, however many wait. A step takes a round trip, and one that is
let in does not wait for the TLS of others: they come one at a time."""


class Seated(Protocol):
    """Somebody who may have to go."""

    @property
    def is_owed_an_answer(self) -> bool:
        """Whether it did its part, so that only we can be slow."""

    def unseat(self) -> None:
        """End it at once."""


_Who = TypeVar("_Who", bound=Seated)


class Seats(Generic[_Who]):
    """Who is in, by when each took its last step: it came, agreed on TLS, sent a head or had an answer."""

    def __init__(self, *, most: int = MAX_CONNECTIONS, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._monotonic = monotonic
        self._stepped_at: dict[_Who, float] = {}

    def step(self, who: _Who) -> None:
        """Take note that somebody came, or took a step."""
        self._stepped_at.pop(who, None)
        self._stepped_at[who] = self._monotonic()

    def leave(self, who: _Who) -> None:
        """Take note that somebody has gone."""
        self._stepped_at.pop(who, None)

    def make_room(self, *, is_needed: bool = False) -> bool:
        """Tell whether one more may come in; who took no step for longest goes for it. ``is_needed``: also below."""
        if len(self._stepped_at) < self._most and not is_needed:
            return True
        before = self._monotonic() - UNDISTURBED
        for who, stepped_at in self._stepped_at.items():
            if stepped_at > before:
                return False
            if not who.is_owed_an_answer:
                self.leave(who)
                who.unseat()
                return True
        return False
