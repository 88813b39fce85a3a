"""A server that can go on for a while after it was told to end."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

from uvicorn import Config, Server

from webhook.server.draining_connection import DrainingConnection, DrainingState


class DrainingServer(Server):
    """A uvicorn server that leaves signals to its owner. All its connections are DrainingConnections."""

    server_state: DrainingState

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.server_state = DrainingState()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    def drain(self) -> None:
        """Go on, and have every answer from now on close its connection."""
        self.server_state.draining = True
        for connection in self._connections():
            connection.drain()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close connections that are idle, and then end as uvicorn does.

        A client may be sending a request just now, which is lost if the connection is closed before it was read, and
        which a POST is not sent again after. So each is closed at once after the loop has read what came, and not in a
        row with all others.
        """
        for connection in self._connections():
            if not self.force_exit:
                await asyncio.sleep(0)
            connection.shutdown()
        await super().shutdown(sockets)

    def _connections(self) -> list[DrainingConnection]:
        return [one for one in self.server_state.connections if isinstance(one, DrainingConnection)]
