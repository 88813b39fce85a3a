"""How fresh a copy of the cluster is: when the API server was last heard, and what is wrong if it is not."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

STALE_AFTER = 180.0
"""Seconds. A watch of a quiet cluster is heard every minute or two (119 s at most when measured), and one that is
silent for two and a half minutes is opened anew: no healthy watch ever gets so old."""


def utc_now() -> datetime:
    """Return the wall clock."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Contact:
    """Of one reflector. Ages come from the monotonic clock: setting the wall clock makes nothing fresh."""

    monotonic: Callable[[], float] = time.monotonic
    clock: Callable[[], datetime] = utc_now
    synced: bool = False
    """Whether a whole list was read. Once true, it stays: what grows old is told by its age."""
    trouble: str = ""
    """Why the API server is not heard now; "" while it is."""
    lists: int = 0
    """Whole lists read."""
    watches: int = 0
    """Watches opened."""
    failures: int = 0
    heard_at: datetime | None = None
    """In whole seconds."""
    _heard: float = field(default=0, repr=False)

    def reached(self) -> None:
        """Take note of an answer that says nothing of the objects yet: a watch that was opened.

        It makes nothing fresh: watches that tell nothing can go on like that for days.
        """
        self.trouble = ""

    def heard(self) -> None:
        """Take note of what makes the copy current: a whole list, an event, or a bookmark."""
        self._heard = self.monotonic()
        self.heard_at = self.clock().replace(microsecond=0)
        self.trouble = ""

    def lost(self, trouble: str) -> None:
        """Take note of a failure."""
        self.failures += 1
        self.trouble = trouble

    @property
    def age(self) -> float | None:
        """Seconds since the API server was heard; None before the first whole list."""
        return self.monotonic() - self._heard if self.synced else None

    def doubt(self, stale_after: float) -> str:
        """Say why the copy may not be the truth of now; "" if there is no reason to think so."""
        age = self.age
        if age is None:
            return f"the cluster was not read yet{f' ({self.trouble})' if self.trouble else ''}"
        if age > stale_after:
            return f"the API server was last heard at {self.heard_at:%Y-%m-%dT%H:%M:%SZ}"
        return ""
