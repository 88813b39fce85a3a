"""Saying a thing once, and how often it was repeated: a denied binding comes back every few seconds."""

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)

WINDOW = 60.0
"""Seconds for which a thing that was said is not said again."""
CAPACITY = 1024
"""Things remembered at a time, so that no storm of different names grows it."""


class Folding(Generic[_Key]):
    """Remembers what was said when. The clock is the caller's, in seconds, and never runs back."""

    def __init__(self, *, window: float = WINDOW, capacity: int = CAPACITY) -> None:
        self._window = window
        self._capacity = capacity
        self._said: OrderedDict[_Key, tuple[float, int]] = OrderedDict()

    def has_room_for(self, key: _Key) -> bool:
        """Tell whether to remember ``key`` would not mean to forget another before its time."""
        return key in self._said or len(self._said) < self._capacity

    def is_news(self, key: _Key, now: float) -> bool:
        """Tell whether ``key`` is to be said now; otherwise it is counted."""
        if key in self._said:
            said_at, repeats = self._said[key]
            self._said[key] = (said_at, repeats + 1)
            return False
        self._said[key] = (now, 0)
        return True

    def over(self, now: float) -> Iterator[tuple[_Key, int]]:
        """Forget what was said a window ago or is too much to remember; yield what was repeated, and how often."""
        while self._said:
            key, (said_at, repeats) = next(iter(self._said.items()))
            if now - said_at < self._window and len(self._said) <= self._capacity:
                return
            del self._said[key]
            if repeats:
                yield key, repeats
