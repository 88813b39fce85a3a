"""Answers that hold for a while, of which those used last are kept.

Pure: the clock is the caller's, in seconds, and never runs back.
"""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, NamedTuple, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Kept(NamedTuple, Generic[_Value]):
    """An answer, apart from its absence."""

    value: _Value
    until: float


class Remembered(Generic[_Key, _Value]):
    """Keeps each answer for the same time, and no more than ``capacity`` of them: the one unused longest goes first."""

    def __init__(self, *, seconds: float, capacity: int) -> None:
        self._seconds = seconds
        self._capacity = capacity
        self._kept: OrderedDict[_Key, Kept[_Value]] = OrderedDict()

    def find(self, key: _Key, now: float) -> Kept[_Value] | None:
        """Return an answer that still holds. Being used makes it no younger."""
        kept = self._kept.get(key)
        if kept is None or now >= kept.until:
            return None
        self._kept.move_to_end(key)
        return kept

    def keep(self, key: _Key, value: _Value, now: float) -> None:
        """Take an answer that is as old as ``now``."""
        self._kept[key] = Kept(value, now + self._seconds)
        self._kept.move_to_end(key)
        if len(self._kept) > self._capacity:
            self._kept.popitem(last=False)

    def drop(self, key: _Key) -> None:
        """Forget an answer, if there is one."""
        self._kept.pop(key, None)

    def __contains__(self, key: _Key) -> bool:
        """Whether there is an answer, be it one that holds no longer."""
        return key in self._kept

    def __len__(self) -> int:
        return len(self._kept)
