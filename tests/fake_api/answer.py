"""The sending of one answer, and the ways in which that can break."""

import asyncio
import socket
import struct
from collections.abc import Mapping

from aiohttp import web

from .recorded import Recorded


class BrokenOff(Exception):
    """Raised where more would be sent, but the connection was broken off on purpose."""


class Answer:
    """An answer that is being written."""

    def __init__(self, request: web.BaseRequest, record: Recorded) -> None:
        self.cut_after: int | None = None
        """Bytes of the body after which the connection closes."""
        self.response: web.StreamResponse | None = None
        """None until the answer has begun."""
        self._request = request
        self._record = record

    async def whole(self, code: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Send a head and all of a body."""
        if self.response is not None:
            raise AssertionError(f"a {code} was scripted for an answer that has begun")
        await self.begin(code, length=len(body), headers=headers)
        await self.write(body)

    async def begin(
        self, code: int = 200, *, length: int | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        """Send the head, if it was not sent before. Without a length the body comes in chunks."""
        if self.response is not None:
            return
        self.response = web.StreamResponse(status=code, headers={"Content-Type": "application/json", **(headers or {})})
        self.response.content_length = length
        if length is None:
            self.response.enable_chunked_encoding()
        self._record.code = code
        await self.response.prepare(self._request)

    async def write(self, data: bytes) -> None:
        """Send a piece of the body, or as much of it as is to be sent."""
        if self.response is None:
            raise AssertionError("a body before its head")
        room = len(data) if self.cut_after is None else max(self.cut_after - self._record.bytes_sent, 0)
        self._record.bytes_sent += min(room, len(data))
        await self.response.write(data[:room])
        if room < len(data):
            await self.break_off()

    async def break_off(self, *, reset: bool = False) -> None:
        """Close the connection in the middle of the answer, once it took what was sent so far; or reset it."""
        transport = self._request.transport
        if transport is not None:
            while transport.get_write_buffer_size():  # noqa: ASYNC110 -- a transport calls nobody when it is empty
                await asyncio.sleep(0.001)
            if reset:
                connection: socket.socket = transport.get_extra_info("socket")
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            transport.abort()
        raise BrokenOff
