"""Ready is only who answers TLS."""

import asyncio
import socket

import pytest

from webhook.server.health import TlsProbe

pytestmark = pytest.mark.anyio


async def test_a_listener_that_accepts_and_says_nothing_is_not_ready() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert not await TlsProbe(silent.getsockname()).answers()


async def test_a_closed_port_is_not_ready() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        address = gone.getsockname()
    assert not await TlsProbe(address).answers()


async def test_many_questions_at_once_cost_one_handshake() -> None:
    connections = 0

    async def close(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        writer.close()

    server = await asyncio.start_server(close, "127.0.0.1", 0)
    async with server:
        probe = TlsProbe(server.sockets[0].getsockname())
        assert await asyncio.gather(*(probe.answers() for _ in range(50))) == [False] * 50
    assert connections == 1
