"""The servers' life in one process: start both, drain and end both on a signal, end at once on a second one."""

import asyncio
import contextlib
import logging
import signal
import socket
import ssl
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import uvloop
from starlette.types import ASGIApp
from uvicorn import Config

from webhook.server.draining_server import DrainingServer
from webhook.server.ending import AT_ONCE, IN_FLIGHT, Ending, exit_within, grace
from webhook.server.json_log import say

KEEP_ALIVE = 120
"""Seconds. The API server drops an idle connection after 90: if we did first, a POST could meet a closing socket."""

_SIGNALS = (signal.SIGTERM, signal.SIGINT)

Servers = Sequence[tuple[DrainingServer, socket.socket]]


def server_for(app: ASGIApp, context: ssl.SSLContext | None) -> DrainingServer:
    """Return a server for ``app``, over TLS if there is a context."""
    return DrainingServer(
        Config(
            app,
            loop="uvloop",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=IN_FLIGHT,
            ssl_context_factory=None if context is None else lambda _config, _default: context,
        ),
    )


async def run(
    servers: Servers,
    ending: Ending,
    *,
    on_started: Callable[[], None],
    beside: Sequence[Callable[[], Coroutine[Any, Any, None]]],
) -> None:
    """Serve until SIGTERM or SIGINT, with all of ``beside`` running along to the end; a second signal ends at once.

    ``on_started`` is called when every server answers and signals are heard. An error in one of ``beside`` ends
    everything as a signal does, and is raised: a guard that only seems to be whole would be worse than one that is
    started again.
    """

    async def tell() -> None:
        while not all(server.started for server, _ in servers):  # noqa: ASYNC110 -- uvicorn sets a flag, no event
            await asyncio.sleep(0.01)
        on_started()
        async with asyncio.TaskGroup() as companions:
            for start in beside:
                companions.create_task(start())

    _hear_signals(servers, ending)
    companion = asyncio.create_task(tell())
    companion.add_done_callback(
        lambda ended: None if ended.cancelled() or ended.exception() is None else _drain(servers, ending)
    )
    try:
        async with asyncio.TaskGroup() as group:
            for server, sock in servers:
                group.create_task(server.serve(sockets=[sock]))
    finally:
        companion.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await companion


def _hear_signals(servers: Servers, ending: Ending) -> None:
    def told() -> None:
        if ending.draining:
            exit_within(AT_ONCE)
            for server, _ in servers:
                server.force_exit = server.should_exit = True
        else:
            exit_within(grace(ending.delay))
            say(logging.INFO, "told to end", drainSeconds=ending.delay)
            _drain(servers, ending)

    for number in _SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, told)


def _drain(servers: Servers, ending: Ending) -> None:
    """Go on for the whole delay, and then close.

    Not earlier, even if the last connection is gone: the delay is for those who have not heard yet that we end, and
    will open another.
    """

    def close() -> None:
        for server, _ in servers:
            server.should_exit = True

    ending.draining = True
    for server, _ in servers:
        server.drain()
    asyncio.get_running_loop().call_later(ending.delay, close)


def run_loop(main: Coroutine[None, None, None]) -> None:
    """Run ``main`` on a new event loop, to its end."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)
