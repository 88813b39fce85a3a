"""Accepting connections, a bounded number of them at once, from the first byte of TLS on.

uvicorn and the loop would accept all that come, wait for a minute until each has agreed on TLS, and show nobody before.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable

from webhook.server.seated_connection import SeatedConnection
from webhook.server.seats import Seats

HANDSHAKE_SECONDS = 5.0
"""From the connection to the end of TLS's handshake; the API server itself gives up after ten."""
GOODBYE_SECONDS = 5.0
"""From our end of a connection to the peer's."""
_PAUSE = 0.01
"""Seconds until it is tried again where nobody can make room. Who comes meanwhile waits in the kernel."""


class FrontDoor:
    """Lets in who comes to one listening socket."""

    def __init__(
        self,
        sock: socket.socket,
        context: ssl.SSLContext | None,
        new_connection: Callable[[Seats[SeatedConnection]], SeatedConnection],
    ) -> None:
        """With ``context`` over TLS. It is open from now on."""
        self.seats: Seats[SeatedConnection] = Seats()
        self._sock = sock
        self._context = context
        self._new_connection = new_connection
        self._loop = asyncio.get_running_loop()
        self._paused: asyncio.TimerHandle | None = None
        sock.setblocking(False)
        self._open()

    def close(self) -> None:
        """Let nobody in any more. The socket is its owner's to close."""
        if self._paused is not None:
            self._paused.cancel()
        self._loop.remove_reader(self._sock)

    def _open(self) -> None:
        self._loop.add_reader(self._sock, self._accept)

    def _pause(self) -> None:
        self._loop.remove_reader(self._sock)
        self._paused = self._loop.call_later(_PAUSE, self._open)

    def _accept(self) -> None:
        """Let one in. The next has to wait until those who are in have had their turn: TLS costs a millisecond."""
        if not self.seats.make_room():
            self._pause()
            return
        try:
            peer, _ = self._sock.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return
        except OSError:  # no file descriptor is left: somebody has to give one back
            self.seats.make_room(is_needed=True)
            self._pause()
            return
        peer.setblocking(False)
        connection = self._new_connection(self.seats)
        self.seats.step(connection)
        connection.greeting = self._loop.create_task(self._greet(connection, peer))

    async def _greet(self, connection: SeatedConnection, peer: socket.socket) -> None:
        times = (
            {"ssl_handshake_timeout": HANDSHAKE_SECONDS, "ssl_shutdown_timeout": GOODBYE_SECONDS}
            if self._context
            else {}
        )
        try:
            with contextlib.suppress(OSError):  # it went away, or does not speak TLS
                await self._loop.connect_accepted_socket(lambda: connection, peer, ssl=self._context, **times)
        finally:
            if not connection.is_greeted:
                self.seats.leave(connection)
