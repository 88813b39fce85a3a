"""The steps of an end, one by one: what a process as a whole shows too rarely."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from certs.self_signed import make_self_signed
from tests.server.peers import answer_on
from webhook.server.draining_server import DrainingServer
from webhook.server.ending import Ending
from webhook.server.handshake import trusting_context
from webhook.server.lifecycle import run, server_for
from webhook.server.listening import listen
from webhook.server.tls import ServedTls

pytestmark = pytest.mark.anyio

REQUEST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"
CONNECTIONS = 30


@pytest.fixture(params=[("asyncio", {"use_uvloop": True})], ids=["uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> Any:
    """The loop that the program runs on."""
    return request.param


async def ok(_: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture(params=["plain", "TLS"])
def context(request: pytest.FixtureRequest) -> ssl.SSLContext | None:
    served = ServedTls()
    served.show(make_self_signed(["127.0.0.1"], datetime.now(UTC)))
    return served.context if request.param == "TLS" else None


@asynccontextmanager
async def serving(context: ssl.SSLContext | None) -> AsyncIterator[tuple[DrainingServer, int]]:
    """A server that runs until it is told to end."""
    sock, server = listen("127.0.0.1", 0), server_for(ok, context)
    running = asyncio.create_task(server.serve(sockets=[sock]))
    while not server.started:  # noqa: ASYNC110 -- uvicorn sets a flag
        await asyncio.sleep(0.01)
    yield server, sock.getsockname()[1]
    running.cancel()


def connected(port: int, context: ssl.SSLContext | None) -> socket.socket:
    peer = socket.create_connection(("127.0.0.1", port), timeout=20)
    return trusting_context().wrap_socket(peer) if context else peer


def connection_headers(peers: list[socket.socket]) -> list[str | None]:
    """Read an answer from each, and close it; tell what each said of the connection, or that none came."""
    told = []
    for peer in peers:
        with peer:
            try:
                told.append(answer_on(peer)[0].headers["connection"])
            except OSError as error:
                told.append(type(error).__name__)
    return told


async def test_requests_that_came_just_before_are_answered_by_and_by(context: ssl.SSLContext | None) -> None:
    async with AsyncExitStack() as stack:
        server, port = await stack.enter_async_context(serving(context))
        peers = [stack.enter_context(await asyncio.to_thread(connected, port, context)) for _ in range(CONNECTIONS)]
        for peer in peers:
            peer.sendall(REQUEST)
            assert (await asyncio.to_thread(answer_on, peer))[0].headers["connection"] is None
        server.drain()
        for peer in peers:
            peer.sendall(REQUEST)  # on this thread: the loop cannot have read it when it is told to end
        reading = asyncio.create_task(asyncio.to_thread(connection_headers, peers))
        server.should_exit = True
        await server.shutdown()  # begins in this step of the loop, too
        assert await reading == ["close"] * CONNECTIONS


async def test_an_error_beside_the_servers_is_raised_when_they_have_drained() -> None:
    ending = Ending(0.3)
    asked: list[str | None] = []

    async def fail() -> None:
        raise LookupError

    async def ask() -> None:
        while not ending.draining:  # noqa: ASYNC110 -- the program reads the flag as well
            await asyncio.sleep(0.01)
        with await asyncio.to_thread(connected, sock.getsockname()[1], None) as peer:
            peer.sendall(REQUEST)
            asked.append((await asyncio.to_thread(answer_on, peer))[0].headers["connection"])

    sock = listen("127.0.0.1", 0)
    asking = asyncio.create_task(ask())
    with pytest.raises(ExceptionGroup) as raised:
        await run([(server_for(ok, None), sock)], ending, on_started=lambda: None, beside=[fail])
    assert raised.group_contains(LookupError)
    await asking
    assert asked == ["close"]
