"""Keeping a copy of a cluster's objects: list them, watch what changes, and begin anew only when it has to be.

The rules, each of which some client breaks: a watch goes on from the last version seen, a bookmark's too; a version
that the API server has forgotten (410, as an answer or as an event) means a new list; nothing is asked twice without a
delay, unless the watch lasted; delays grow, are random, and begin again after a healthy minute; a list that failed
midway changes nothing.
"""

import asyncio
import logging
import math
from dataclasses import dataclass
from typing import NoReturn, Protocol

from webhook.error_place import ErrorPlace
from webhook.inventory.backoff import Backoff
from webhook.inventory.contact import Contact
from webhook.inventory.source import Change, ChangeKind, ObjectSource, Outdated, Sink, SourceFailed

_AT_ONCE = 50
"""Objects read before others get their turn: a burst must keep admission waiting for a millisecond or two at most."""


class Tell(Protocol):
    """Writes a line of the log. Implemented by server.json_log.say."""

    def __call__(self, level: int, event: str, /, **fields: object) -> None:
        """Log an event with its fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds. Tests compress them."""

    floor: float = 0.5
    ceiling: float = 30.0
    short: float = 5.0
    """A watch that the API server ends sooner is answered with a delay, as a failure is."""
    relist_after: float = 120.0
    """After a failure, a copy that nothing made current for so long is listed anew: at once it is known to be right,
    also where an API server came back from a backup and would have nothing to tell for days."""
    healthy: float = 60.0
    """After so long without a failure, delays begin again at the floor."""


class Reflector:
    """Keeps one kind of object in a sink."""

    def __init__(
        self,
        what: str,
        source: ObjectSource,
        sink: Sink,
        tell: Tell,
        *,
        contact: Contact | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.contact = contact or Contact()
        self.tried = asyncio.Event()
        """Set once the first list was read or has failed."""
        self._what = what
        self._source = source
        self._sink = sink
        self._tell = tell
        self._pace = pace or Pace()
        self._backoff = Backoff(self._pace.floor, self._pace.ceiling)
        self._version = ""
        self._watched_since = math.inf

    def list_anew(self) -> None:
        """Begin with a list the next time that it runs."""
        self._version = ""
        self.tried.clear()

    async def run(self) -> NoReturn:
        """Follow the objects until cancelled."""
        while True:
            self._watched_since = math.inf
            failure = await self._follow()
            watched = self.contact.monotonic() - self._watched_since
            if watched >= self._pace.healthy:
                self._backoff.reset()
            if failure is not None:
                self._lost(failure)
                if (self.contact.age or 0) > self._pace.relist_after:
                    self._version = ""
            if failure is not None or watched < self._pace.short:
                await asyncio.sleep(self._backoff.next(failure.retry_after if failure else 0))

    async def _follow(self) -> SourceFailed | None:
        """List if need be, and watch until that ends; return why if it failed."""
        try:
            if not self._version:
                await self._list()
            await self._watch()
        except SourceFailed as failure:
            return failure
        except Exception as error:  # noqa: BLE001 -- a fault of ours must not end the watch, least of all silently
            place = ErrorPlace.of(error)
            return Outdated(f"internal error: {place.error} at {place.at}")
        return None

    async def _list(self) -> None:
        self._sink.start_over()
        version = ""
        async for page in self._source.list():
            for number, item in enumerate(page.items):
                self._sink.add(item)
                if number % _AT_ONCE == _AT_ONCE - 1:
                    await asyncio.sleep(0)
            version = page.version
        if not version:
            raise SourceFailed(f"the list of {self._what} has no resourceVersion")
        self._sink.complete(version)
        self._version = version
        self._reached()  # not by a page: until now the copy is the one that was lost
        self.contact.heard()
        self.contact.synced = True
        self.contact.lists += 1
        self.tried.set()
        self._tell(logging.INFO, "synced", what=self._what)

    async def _watch(self) -> None:
        async for changes in self._source.watch(self._version):
            if self._watched_since == math.inf:
                self._watched_since = self.contact.monotonic()
                self.contact.watches += 1
            self._reached()
            if changes:
                self.contact.heard()
            for number, change in enumerate(changes):
                self._take(change)
                if number % _AT_ONCE == _AT_ONCE - 1:
                    await asyncio.sleep(0)

    def _take(self, change: Change) -> None:
        known, new = _number(self._version), _number(change.version)
        if known is not None and new is not None:
            if new == known and change.kind is not ChangeKind.BOOKMARK:
                return  # told twice
            if new < known:
                raise Outdated("events came out of order")
        self._sink.apply(change)
        self._version = change.version or self._version

    def _reached(self) -> None:
        if self.contact.trouble:
            self._tell(logging.INFO, "in contact again", what=self._what)
        self.contact.reached()

    def _lost(self, failure: SourceFailed) -> None:
        if isinstance(failure, Outdated):
            self._version = ""
        if str(failure) != self.contact.trouble:
            self._tell(logging.WARNING, "lost contact", what=self._what, why=str(failure))
        self.contact.lost(str(failure))
        self.tried.set()


def _number(version: str) -> int | None:
    """Versions of one kind of object grow; they are compared where they are numbers, as those of pods always are."""
    return int(version) if version.isdecimal() else None
