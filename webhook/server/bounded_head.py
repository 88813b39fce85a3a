"""HTTP connections whose request heads are bounded in size and in time, and which know who is at the other end.

uvicorn with httptools does none of that.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from webhook.server.client_certificates import CLIENT_NAMES, proven_names

MAX_HEAD = 64 * 1024
"""Bytes of a head beyond its first piece (which is what one read brings, 256 KiB at most)."""
HEAD_SECONDS = 10.0
"""From the first byte of a head to its end."""


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
        """A head begins."""
        super().on_message_begin()
        self.scope[CLIENT_NAMES] = self._client_names  # type: ignore[literal-required]  # ASGI leaves it to us
        self.in_head, self._head_bytes = True, 0

    def on_headers_complete(self) -> None:
        """A head has ended."""
        self.in_head = False
        self._in_time()
        super().on_headers_complete()

    def _in_time(self) -> None:
        if self._too_late is not None:
            self._too_late.cancel()
            self._too_late = None
