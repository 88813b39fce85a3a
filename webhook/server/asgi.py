"""The little of ASGI that is spoken without request and response objects."""

from starlette.types import Send


async def answer(send: Send, status: int, body: bytes) -> None:
    """Send JSON, whole."""
    await _send(send, status, body, [(b"content-type", b"application/json")])


async def refuse(send: Send, status: int, message: str) -> None:
    """Send a line of text and close the connection: the rest of a refused body is not worth reading."""
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await _send(send, status, f"{message}\n".encode(), headers)


async def _send(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
