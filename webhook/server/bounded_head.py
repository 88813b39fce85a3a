"""HTTP connections on which nobody can send heads without end, and which know who is at the other end.

uvicorn with httptools does none of that.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from webhook.server.client_certificates import CLIENT_NAMES, proven_names

MAX_HEAD = 64 * 1024
"""Bytes of headers; and of a head that goes on, beyond its first piece, which one read brings: 256 KiB at most."""
MAX_HEADERS = 256
"""Of a head. Each takes five times its bytes at least, and is kept until the next request."""
MAX_PIPELINED = 8
"""Requests behind the one that is answered. Clients of today send none; one read brings 14,000, and 44 MiB for them."""
HEAD_SECONDS = 10.0
"""From the first byte of a head to its end."""


class TooMuch(Exception):
    """Raised in the middle of what a peer sent: the parser gives up, and the connection ends with status 400."""


class BoundedHeadProtocol(HttpToolsProtocol):
    """Closes a connection whose head is too long or too slow. A head that comes in one piece starts no timer."""

    in_head = False
    """Whether a head was begun and has not ended."""
    _head_bytes = 0
    _too_late: asyncio.TimerHandle | None = None
    _client_names: frozenset[str] = frozenset()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Keep a connection that was not used yet as long as one that was.

        A Go client may open one more than it needs and pool it: closed early, it would meet a later request.
        """
        super().connection_made(transport)
        self._client_names = proven_names(transport.get_extra_info("peercert"))
        self._too_late = self.loop.call_later(self.config.timeout_keep_alive, transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer."""
        self._in_time()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what belongs to a head that goes on."""
        went_on = self.in_head
        super().data_received(data)
        if not self.in_head:
            return
        if went_on:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD:
                self.transport.close()
        else:
            self._in_time()
            self._too_late = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def on_message_begin(self) -> None:
        """A head begins. Raises TooMuch."""
        if len(self.pipeline) == MAX_PIPELINED:
            raise TooMuch
        super().on_message_begin()
        self.scope[CLIENT_NAMES] = self._client_names  # type: ignore[literal-required]  # ASGI leaves it to us
        self.in_head, self._head_bytes = True, 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one header more. Raises TooMuch."""
        if len(self.headers) == MAX_HEADERS:
            raise TooMuch
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """A head has ended. Raises TooMuch."""
        self.in_head = False
        self._in_time()
        if sum(len(name) + len(value) for name, value in self.headers) > MAX_HEAD:
            raise TooMuch
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """A request was answered. What nobody read of it would be kept, and what is still to come might not end."""
        if not self.pipeline and (self.cycle.body or self.cycle.more_body):
            self.transport.close()
        super().on_response_complete()

    def _in_time(self) -> None:
        if self._too_late is not None:
            self._too_late.cancel()
            self._too_late = None
