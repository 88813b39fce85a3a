"""A progress bar on standard error for lists that take long. A pipe, and who does not wait long, sees nothing of it."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from webhook.cli.streams import write_raw_error
from webhook.cli.terminal import CLEAR_LINE, cut, is_terminal, size_of

_AFTER = 1.0
"""Seconds before there is a bar."""
_EVERY = 0.1
_WIDTH = 24


@dataclass
class ProgressBar:
    """One bar over the lists of all clusters that are read. It takes itself away in the end."""

    clusters: int = 1
    monotonic: Callable[[], float] = time.monotonic
    _lists: dict[int, tuple[int, int | None]] = field(default_factory=dict)
    _done: int = 0
    _shown: bool = False

    def __enter__(self) -> Self:
        self._next = self.monotonic() + _AFTER
        self._on = is_terminal(sys.stderr)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._shown:
            write_raw_error(CLEAR_LINE)

    def of(self, cluster: int) -> Callable[[int, int | None], None]:
        """Return what takes the progress of one cluster's list."""

        def tell(read: int, remaining: int | None) -> None:
            self._lists[cluster] = (read, remaining)
            self._draw()

        return tell

    def done(self) -> None:
        """Take note that a cluster was read, or that it cannot be."""
        self._done += 1
        self._draw()

    def _draw(self) -> None:
        now = self.monotonic()
        if not self._on or now < self._next:
            return
        self._next = now + _EVERY
        self._shown = True
        # One column stays free: a full line would go on in the next, which nothing clears.
        write_raw_error(CLEAR_LINE + cut(self._line(), size_of(sys.stderr).columns - 1))

    def _line(self) -> str:
        read = sum(one for one, _ in self._lists.values())
        rest = [remaining for _, remaining in self._lists.values()]
        known = [one for one in rest if one is not None]
        clusters = f"{self._done} of {self.clusters} clusters, " if self.clusters > 1 else ""
        if not known or len(self._lists) < self.clusters:
            return f"Reading {clusters}{read:,} pods"
        total = read + sum(known)
        filled = _WIDTH * read // total if total else 0
        return f"Reading {clusters}[{'#' * filled}{' ' * (_WIDTH - filled)}] {read:,} of about {total:,} pods"
