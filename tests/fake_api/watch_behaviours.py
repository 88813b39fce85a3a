"""What a script can have happen to a watch, at its start or (FakeApi.interrupt) in its course."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from .exchange import Exchange
from .forms import event_line
from .statuses import Refused, status_of


@dataclass(frozen=True)
class Gone:
    """A 410: as the ERROR event that a real server sends, or as the HTTP status."""

    as_event: bool = True
    message: str = "The resourceVersion for the provided watch is too old."

    async def play(self, exchange: Exchange) -> None:
        if not self.as_event:
            raise Refused(410, self.message)
        await exchange.begin()
        await exchange.write(event_line("ERROR", msgspec.json.encode(status_of(410, self.message))))


@dataclass(frozen=True)
class RawEvents:
    """These events, whatever they say, and then the watch as usual: duplicates, say, or an order that cannot be."""

    events: Sequence[Mapping[str, Any] | bytes]
    """Objects, or lines as they are: a newline is added only to the former."""
    end: bool = False
    """Whether the watch ends after them."""

    async def play(self, exchange: Exchange) -> None:
        await exchange.begin()
        for event in self.events:
            await exchange.write(event if isinstance(event, bytes) else msgspec.json.encode(event) + b"\n")
        if not self.end:
            await exchange.go_on()


@dataclass(frozen=True)
class PoisonEvent:
    """A line that cannot be used, and then the watch as usual."""

    line: bytes = b'{"type":"ADDED","object":{"metadata":\n'

    async def play(self, exchange: Exchange) -> None:
        await RawEvents([self.line]).play(exchange)


@dataclass(frozen=True)
class Bookmark:
    """A bookmark at how far the watch has come, and then the watch as usual."""

    async def play(self, exchange: Exchange) -> None:
        await exchange.begin()
        await exchange.bookmark(exchange.revision)
        await exchange.go_on()


@dataclass(frozen=True)
class BookmarksOnly:
    """A bookmark every so often, and no event for what changes."""

    every: float = 0.05

    async def play(self, exchange: Exchange) -> None:
        await exchange.begin()
        while True:
            await exchange.bookmark(exchange.cluster.revision)
            await asyncio.sleep(self.every)
