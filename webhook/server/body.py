"""Reading the body of a request: bounded in size, and in the time that the caller itself grants."""

import asyncio
from urllib.parse import parse_qs

from starlette.types import Message, Receive, Scope

MAX_BODY = 8 * 1024 * 1024
"""Object and old object are at most 3 MiB each at the API server, and JSON escapes grow them."""
MAX_TIMEOUT = 30.0
"""Seconds: the largest that a webhook configuration may name."""


class BodyRefused(Exception):
    """Raised with an HTTP status for a body that cannot be taken."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


async def read_json_body(scope: Scope, receive: Receive) -> bytes:
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
        async with asyncio.timeout(granted(scope)):
            return await _read_pieces(message, receive)
    except TimeoutError:
        raise BodyRefused(408, "the body did not come in the time that the request grants") from None


async def _read_pieces(message: Message, receive: Receive) -> bytes:
    body = bytearray()
    while True:
        if message["type"] != "http.request":
            raise BodyRefused(400, "the caller went away")
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            raise _too_large()
        if not message.get("more_body"):
            return bytes(body)
        message = await receive()


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
