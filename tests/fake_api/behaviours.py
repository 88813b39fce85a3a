"""What a script can have happen to any request. Each is played once, or every time with ``always``."""

import asyncio
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from .continuation import continuation_of
from .exchange import Exchange
from .statuses import status_of


class Behaviour(Protocol):
    """One thing that happens to a request."""

    async def play(self, exchange: Exchange) -> None:
        """Answer, or do something and go on."""


@dataclass(frozen=True)
class Normal:
    """Nothing: it lets a request pass, so that what is next in the queue happens to a later one."""

    async def play(self, exchange: Exchange) -> None:
        await exchange.go_on()


@dataclass(frozen=True)
class Status:
    """A refusal."""

    code: int
    retry_after: int | None = None
    body: bytes | None = None
    """Instead of a Status: what a proxy in between would write, say."""

    async def play(self, exchange: Exchange) -> None:
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        details: Any = None if self.retry_after is None else {"retryAfterSeconds": self.retry_after}
        body = self.body
        if body is None:
            body = msgspec.json.encode(status_of(self.code, f"scripted {self.code}", details=details))
        await exchange.whole(self.code, body, headers)


@dataclass(frozen=True)
class Silent:
    """Nothing more, on a connection that stays open; a watch has got its head."""

    async def play(self, exchange: Exchange) -> None:
        if exchange.target.is_watch:
            await exchange.begin()
        await asyncio.Event().wait()


@dataclass(frozen=True)
class CloseAtOnce:
    """A head, and the end: of the answer, or with ``reset`` of the connection."""

    reset: bool = False

    async def play(self, exchange: Exchange) -> None:
        await exchange.begin()
        if self.reset:
            await exchange.break_off(reset=True)


@dataclass(frozen=True)
class Cut:
    """The usual answer, whose connection closes after so many bytes of the body."""

    after: int

    async def play(self, exchange: Exchange) -> None:
        exchange.cut_after = self.after
        await exchange.go_on()


@dataclass(frozen=True)
class Slow:
    """The usual answer, or another behaviour, after a while."""

    seconds: float
    then: Behaviour = Normal()

    async def play(self, exchange: Exchange) -> None:
        await asyncio.sleep(self.seconds)
        await self.then.play(exchange)


@dataclass(frozen=True)
class ContinueExpired:
    """The 410 that a list gets when it goes on after a compaction, with the token to go on all the same.

    A first page is answered as usual: there is nothing that could have expired.
    """

    async def play(self, exchange: Exchange) -> None:
        if token := exchange.query.get("continue"):
            raise continuation_of(token).expired
        await exchange.go_on()
