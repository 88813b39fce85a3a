"""What stands for a Service on loopback: TCP connections go to replicas that are ready, as far as is known by now.

As in a cluster, a replica is asked for its readiness now and then, what changes is known everywhere only after a lag,
and nobody tries another replica for a connection that the chosen one does not take.
"""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.server.running_guard import RunningGuard

_ASKED_EVERY = 0.5
"""Seconds."""
_PIECE = 65_536


@dataclass
class Endpoint:
    """A replica, and when it was found ready or not."""

    guard: RunningGuard
    changes: list[tuple[float, bool]] = field(default_factory=lambda: [(float("-inf"), False)])
    withdrawn: bool = False

    def found(self, *, ready: bool) -> None:
        """Take note of a change."""
        if ready != self.changes[-1][1]:
            self.changes.append((time.monotonic(), ready))

    def known_ready(self, lag: float) -> bool:
        """Whether nodes that hear of changes so late take it for ready."""
        return [ready for at, ready in self.changes if at <= time.monotonic() - lag][-1:] == [True]


class Balancer:
    """Listens as long as ``balancing`` lasts."""

    def __init__(self, lag: float) -> None:
        self.lag = lag
        self.refused = 0
        """Connections that nobody took: the replica was gone, and that was not known yet."""
        self.port = 0
        self._endpoints: list[Endpoint] = []
        self._turn = 0
        self._passing: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"https://127.0.0.1:{self.port}"

    def add(self, guard: RunningGuard) -> None:
        """Send there, once it is ready."""
        self._endpoints = [*self._endpoints, Endpoint(guard)]

    def withdraw(self, guard: RunningGuard) -> None:
        """Send there no more, once that is known: it is about to be told to end."""
        for endpoint in self._endpoints:
            if endpoint.guard is guard:
                endpoint.withdrawn = True
                endpoint.found(ready=False)

    def sends_to(self) -> list[RunningGuard]:
        """Return who gets new connections now."""
        return [one.guard for one in self._endpoints if one.known_ready(self.lag)]

    def found_ready(self, guard: RunningGuard) -> bool:
        """Tell whether it was, which may not be known everywhere yet."""
        return any(one.guard is guard and one.changes[-1][1] for one in self._endpoints)

    async def run(self, started: threading.Event, over: threading.Event) -> None:
        """Balance until it is over."""
        server = await asyncio.start_server(self._come, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        while not over.is_set():
            for endpoint in self._endpoints:
                ready = await _is_ready(endpoint.guard)
                if not endpoint.withdrawn:
                    endpoint.found(ready=ready)
            await asyncio.sleep(_ASKED_EVERY)
        server.close()
        for one in self._passing:
            one.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    def _come(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passing = asyncio.create_task(self._pass_on(reader, writer))
        self._passing.add(passing)
        passing.add_done_callback(self._passing.discard)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        chosen = self.sends_to()
        self._turn += 1
        try:
            if not chosen:
                raise ConnectionRefusedError
            address = urlsplit(chosen[self._turn % len(chosen)].tls)
            back, forth = await asyncio.open_connection(address.hostname, address.port)
        except OSError:
            self.refused += 1
            writer.transport.abort()
            return
        with closing(writer), closing(forth):
            await asyncio.gather(_pump(reader, forth), _pump(back, writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what comes, and the end of it."""
    try:
        while data := await reader.read(_PIECE):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except OSError:
        writer.transport.abort()


async def _is_ready(guard: RunningGuard) -> bool:
    address = urlsplit(guard.health)
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(1):  # as kubelet has it
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
            writer.write(b"GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            answer = await reader.read(_PIECE)
            writer.close()
            return answer.startswith(b"HTTP/1.1 200 ")
    return False


@contextmanager
def balancing(lag: float) -> Iterator[Balancer]:
    """Run one in a thread, until the block ends."""
    balancer, started, over = Balancer(lag), threading.Event(), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(balancer.run(started, over)))
    thread.start()
    try:
        assert started.wait(10)
        yield balancer
    finally:
        over.set()
        thread.join()
