"""A server that can go on for a while after it was told to end."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

from uvicorn import Config, Server

from webhook.server.draining_connection import DrainingConnection, DrainingState
from webhook.server.front_door import FrontDoor
from webhook.server.once_a_minute import OnceAMinute
from webhook.server.seated_connection import SeatedConnection
from webhook.server.seats import Seats


class DrainingServer(Server):
    """A uvicorn server that leaves signals to its owner. All its connections are DrainingConnections."""

    server_state: DrainingState

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.server_state = DrainingState()
        self.servers = []
        self._doors: list[FrontDoor] = []

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open a door at each socket, instead of what uvicorn would have the loop do."""
        loop, crowded = asyncio.get_running_loop(), OnceAMinute("connection ended")

        def new_connection(seats: Seats[SeatedConnection]) -> SeatedConnection:
            return SeatedConnection(self.config, self.server_state, loop, seats, crowded)

        self._doors = [FrontDoor(sock, self.config.ssl, new_connection) for sock in sockets or []]
        self.started = True

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
        for door in self._doors:
            door.close()
        await super().shutdown(sockets)

    def _connections(self) -> list[DrainingConnection]:
        return [one for one in self.server_state.connections if isinstance(one, DrainingConnection)]
