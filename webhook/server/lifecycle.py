"""The servers' life in one process: start both, end both on a signal, end at once on a second one."""

import asyncio
import contextlib
import signal
import socket
import ssl
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any

import uvloop
from starlette.types import ASGIApp
from uvicorn import Config, Server

from webhook.server.bounded_head import BoundedHeadProtocol

KEEP_ALIVE = 120
"""Seconds. The API server drops an idle connection after 90: if we did first, a POST could meet a closing socket."""
DRAIN = 5
"""Seconds that requests in flight, and peers that do not say goodbye, are given at the end."""

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class _Server(Server):
    """A uvicorn server that leaves signals to its owner."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def server_for(app: ASGIApp, context: ssl.SSLContext | None) -> Server:
    """Return a server for ``app``, over TLS if there is a context."""
    return _Server(
        Config(
            app,
            loop="uvloop",
            http=BoundedHeadProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=DRAIN,
            ssl_context_factory=None if context is None else lambda _config, _default: context,
        ),
    )


async def run(
    servers: list[tuple[Server, socket.socket]],
    *,
    on_started: Callable[[], None],
    beside: Sequence[Callable[[], Coroutine[Any, Any, None]]],
) -> None:
    """Serve until SIGTERM or SIGINT, with all of ``beside`` running along; a second signal ends at once.

    ``on_started`` is called when every server answers and signals are heard. An error in one of ``beside`` ends
    everything and is raised: a guard that only seems to be whole would be worse than one that is started again.
    """

    def stop() -> None:
        for server, _ in servers:
            server.force_exit = server.should_exit
            server.should_exit = True

    async def tell() -> None:
        while not all(server.started for server, _ in servers):  # noqa: ASYNC110 -- uvicorn sets a flag, no event
            await asyncio.sleep(0.01)
        on_started()
        async with asyncio.TaskGroup() as companions:
            for start in beside:
                companions.create_task(start())

    loop = asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop)
    companion = asyncio.create_task(tell())
    companion.add_done_callback(lambda ended: None if ended.cancelled() or ended.exception() is None else stop())
    try:
        async with asyncio.TaskGroup() as group:
            for server, sock in servers:
                group.create_task(server.serve(sockets=[sock]))
    finally:
        companion.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await companion


def run_loop(main: Coroutine[None, None, None]) -> None:
    """Run ``main`` on a new event loop, to its end."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)
