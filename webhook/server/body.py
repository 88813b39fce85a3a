"""Reading the body of a request: bounded in size, and in the time that the caller itself grants."""

import asyncio
from urllib.parse import parse_qs

from starlette.types import Message, Receive, Scope

MAX_BODY = 8 * 1024 * 1024
"""Object and old object are at most 3 MiB each at the API server, and JSON escapes grow them."""
MAX_TOGETHER = 8 * MAX_BODY
"""Of all bodies that are read just now. Only what is slow is ever so much: a body that is there is judged at once."""
MAX_TIMEOUT = 30.0
"""Seconds: the largest that a webhook configuration may name."""


class BodyRefused(Exception):
    """Raised with an HTTP status for a body that cannot be taken."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class BodyReader:
    """Reads bodies. Those that come in pieces are bounded together too: each by itself may be large and slow."""

    def __init__(self, *, most: int = MAX_TOGETHER) -> None:
        self._most = most
        self._read: dict[asyncio.Timeout, int] = {}
        """How much came of each, by the limit of its time; the one begun first comes first."""

    async def read_json(self, scope: Scope, receive: Receive) -> bytes:
        """Read a body that says it is JSON. Raises BodyRefused."""
        content_type = b""
        for name, value in scope["headers"]:
            if name == b"content-type":
                content_type = value
            elif name == b"content-length" and int(value) > MAX_BODY:
                raise _too_large()
        if content_type.partition(b";")[0].strip().lower() != b"application/json":
            raise BodyRefused(415, "the Content-Type must be application/json")
        message = await receive()
        if message["type"] == "http.request" and not message.get("more_body"):
            whole: bytes = message["body"]  # the ordinary case: it came with the headers, and nothing is waited for
            if len(whole) > MAX_BODY:
                raise _too_large()
            return whole
        try:
            async with asyncio.timeout(granted(scope)) as limit:
                try:
                    return await self._read_pieces(message, receive, limit)
                finally:
                    self._read.pop(limit, None)
        except TimeoutError:
            raise BodyRefused(408, "the body did not come in the time that the request grants") from None

    async def _read_pieces(self, message: Message, receive: Receive, limit: asyncio.Timeout) -> bytes:
        body = bytearray()
        while True:
            if message["type"] != "http.request":
                raise BodyRefused(400, "the caller went away")
            body += message.get("body", b"")
            if len(body) > MAX_BODY:
                raise _too_large()
            if not message.get("more_body"):
                return bytes(body)
            self._read[limit] = len(body)
            self._end_the_slowest()
            message = await receive()

    def _end_the_slowest(self) -> None:
        """End the time of bodies that were begun first, until the others are not too much."""
        while sum(self._read.values()) > self._most:
            slowest = next(iter(self._read))
            del self._read[slowest]
            slowest.reschedule(0)


def _too_large() -> BodyRefused:
    return BodyRefused(413, f"the body is larger than {MAX_BODY:,} bytes")


def granted(scope: Scope) -> float:
    """Return half the seconds of ``?timeout=5s``, so that the caller still hears the answer.

    The API server sends whole seconds; anything else grants what the API server could grant at most.
    """
    texts = parse_qs(scope["query_string"].decode("latin-1")).get("timeout", [""])
    seconds = texts[0].removesuffix("s")
    granted = min(float(seconds), MAX_TIMEOUT) if seconds.isdecimal() else MAX_TIMEOUT
    return granted / 2
