"""HTTP connections that may have to make room for others."""

import asyncio

from uvicorn import Config

from webhook.server.draining_connection import DrainingConnection, DrainingState
from webhook.server.once_a_minute import OnceAMinute
from webhook.server.seats import MAX_CONNECTIONS, Seats


class SeatedConnection(DrainingConnection):
    """Tells each of its steps to its seats."""

    greeting: asyncio.Task[None]
    """Ends when TLS is agreed on."""
    is_greeted = False

    def __init__(
        self,
        config: Config,
        server_state: DrainingState,
        loop: asyncio.AbstractEventLoop,
        seats: Seats["SeatedConnection"],
        crowded: OnceAMinute,
    ) -> None:
        super().__init__(config, server_state, {}, loop)
        self._seats = seats
        self._crowded = crowded

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """TLS is agreed on, where it has to be."""
        super().connection_made(transport)
        self.is_greeted = True
        self._seats.step(self)

    def on_headers_complete(self) -> None:
        """A request begins."""
        super().on_headers_complete()
        self._seats.step(self)

    def on_response_complete(self) -> None:
        """A request was answered."""
        super().on_response_complete()
        self._seats.step(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        super().connection_lost(exc)
        self._seats.leave(self)

    @property
    def is_owed_an_answer(self) -> bool:
        """Whether a request came whole and is not answered, unless that is because the peer reads no answers."""
        return self.in_request and not self.cycle.more_body and not self.flow.write_paused

    def unseat(self) -> None:
        """End it, whatever state it is in: a goodbye would wait for an answer."""
        self._crowded.warn(f"others need room: a port holds {MAX_CONNECTIONS}, or file descriptors ran out")
        if self.is_greeted:
            self.transport.abort()
        else:
            self.greeting.cancel()
