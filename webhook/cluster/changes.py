"""That something may have changed, said to somebody who then looks for himself."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

from msgspec import Raw

from webhook.inventory.reflector import Pace, Reflector, Tell
from webhook.inventory.source import Change, ChangeKind, ObjectSource

AT_LATEST = 60.0
"""Seconds after which it is said in any case: the watch may be lost, and what failed is worth another attempt."""


async def changes(what: str, source: ObjectSource, tell: Tell, pace: Pace | None = None) -> AsyncGenerator[None, None]:
    """Yield whenever an object of ``source`` may have changed; first at once. It never ends and never raises.

    What comes while nobody waits is said once. Failures are told in the log, as of all that is watched. It ends with
    whoever is cancelled while he waits, as generators do.
    """
    bell = _Bell()
    watching = asyncio.create_task(Reflector(what, source, bell, tell, pace=pace).run())
    try:
        while True:
            bell.rung.clear()  # before it is said: what changes while somebody looks has him look again
            yield
            with suppress(TimeoutError):
                async with asyncio.timeout(AT_LATEST):
                    await bell.rung.wait()
    finally:
        watching.cancel()
        await asyncio.wait([watching])


class _Bell:
    """Keeps nothing of what it is told. Implements inventory.source.Sink."""

    def __init__(self) -> None:
        self.rung = asyncio.Event()

    def start_over(self) -> None:
        """Wait for the end of the list."""

    def add(self, item: Raw) -> None:
        """Wait for the end of the list."""

    def complete(self, version: str) -> None:  # noqa: ARG002 -- as the Protocol has it
        """Ring: it may be another object by now, or none."""
        self.rung.set()

    def apply(self, change: Change) -> None:
        """Ring for all but bookmarks."""
        if change.kind is not ChangeKind.BOOKMARK:
            self.rung.set()
