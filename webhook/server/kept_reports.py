"""Reports that were made, kept for who asks next, as many as memory may hold."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

_MOST_BYTES = 64 * 1024 * 1024
"""Together; one that is larger by itself is kept until the next."""
_MOST_REPORTS = 256
"""However small: what is kept of each beside its body adds up too."""


@dataclass(frozen=True, slots=True)
class Made:
    """A report, written."""

    body: bytes
    etag: str
    compressed: bool


class KeptReports:
    """Keeps them by what tells two of them apart. The oldest goes first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Made] = OrderedDict()
        self._state: Hashable = None

    def keep_only(self, state: Hashable) -> None:
        """Forget reports of any other state: nobody is ever given one again."""
        if state != self._state:
            self._kept.clear()
            self._state = state

    def find(self, key: Hashable) -> Made | None:
        """Return one that says what is so."""
        return self._kept.get(key)

    def keep(self, key: Hashable, made: Made) -> None:
        """Keep one."""
        self._kept[key] = made
        while len(self._kept) > _MOST_REPORTS or (
            len(self._kept) > 1 and sum(len(one.body) for one in self._kept.values()) > _MOST_BYTES
        ):
            self._kept.popitem(last=False)
