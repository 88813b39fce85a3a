"""The objects of one kind, as they are and as they became so."""

from bisect import bisect_left
from collections import deque
from dataclasses import dataclass

from .statuses import Expired

_SNAPSHOTS = 8
"""Revisions that lists may be continued at. A real server keeps those of some minutes."""


@dataclass(frozen=True, slots=True)
class Event:
    """One change."""

    revision: int
    type: str
    key: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of a list."""

    items: list[bytes]
    continue_from: str | None
    """A key after the last item and not after the next; None at the end."""
    remaining: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All objects at a revision. Keys are as in etcd, ``NAMESPACE/NAME``: so ``a-b/x`` comes before ``a/x``."""

    revision: int
    keys: list[str]
    objects: dict[str, bytes]

    def page(self, prefix: str = "", start: str = "", limit: int = 0) -> Page:
        """Return the objects under this prefix from this key on; 0 is no limit."""
        low = bisect_left(self.keys, max(prefix, start))
        high = bisect_left(self.keys, prefix + "\x7f") if prefix else len(self.keys)
        end = min(high, low + limit) if limit else high
        items = [self.objects[key] for key in self.keys[low:end]]
        return Page(items, self.keys[end - 1] + "\0" if end < high else None, max(high - end, 0))


class Collection:
    """Objects by key as encoded JSON, and the changes that are not forgotten yet. The cluster locks around it."""

    def __init__(self, history: int) -> None:
        self.objects: dict[str, bytes] = {}
        self._events: deque[Event] = deque(maxlen=history)
        self._forgotten = 0
        """The revision of the last change that is in ``_events`` no more."""
        self._snapshots: dict[int, Snapshot] = {}
        self._newest: Snapshot | None = None

    def apply(self, event: Event) -> None:
        """Make a change."""
        if event.type == "DELETED":
            del self.objects[event.key]
        else:
            self.objects[event.key] = event.data
        if len(self._events) == self._events.maxlen:
            self._forgotten = self._events[0].revision
        self._events.append(event)
        self._newest = None

    def after(self, revision: int) -> list[Event]:
        """Return the changes after a revision, the oldest first."""
        if revision < self._forgotten:
            raise Expired(f"too old resource version: {revision} ({self._forgotten})")
        found: list[Event] = []
        for event in reversed(self._events):  # from the end: a watch that keeps up never walks the history
            if event.revision <= revision:
                break
            found.append(event)
        return found[::-1]

    def compact(self, revision: int) -> None:
        """Forget all changes, and every revision at which a list may be continued."""
        self._events.clear()
        self._snapshots.clear()
        self._forgotten = revision

    def snapshot(self, revision: int) -> Snapshot:
        """Return what there is now. Unless something changed, the last one serves again."""
        if self._newest is None or self._newest.revision != revision:
            old = self._newest
            keys, objects = (old.keys, old.objects) if old else (sorted(self.objects), self.objects.copy())
            self._newest = Snapshot(revision, keys, objects)
        return self._newest

    def keep(self, snapshot: Snapshot) -> None:
        """Remember a snapshot, for a list that goes on."""
        self._snapshots[snapshot.revision] = snapshot
        if len(self._snapshots) > _SNAPSHOTS:
            del self._snapshots[min(self._snapshots)]

    def kept(self, revision: int) -> Snapshot | None:
        """Return a snapshot that was kept, if it still is."""
        return self._snapshots.get(revision)
