"""A client cannot keep the guard waiting for, or filled with, the heads of requests."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from webhook.server import bounded_head
from webhook.server.bounded_head import MAX_HEAD, MAX_HEADERS, MAX_PIPELINED, BoundedHeadProtocol
from webhook.server.lifecycle import server_for

pytestmark = pytest.mark.anyio

REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


async def _ok(_: Any, __: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
async def port() -> AsyncIterator[int]:
    server = server_for(_ok, None)
    server.config.load()
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(
        lambda: BoundedHeadProtocol(server.config, server.server_state, {}, loop),
        "127.0.0.1",
        0,
    )
    async with listener:
        yield listener.sockets[0].getsockname()[1]


async def _closed(reader: asyncio.StreamReader) -> bool:
    try:
        return await asyncio.wait_for(reader.read(), 5) == b""
    except ConnectionResetError:
        return True


async def _answered(reader: asyncio.StreamReader) -> None:
    assert (await reader.readuntil(b"ok")).startswith(b"HTTP/1.1 200")


async def test_a_head_that_does_not_end_closes_the_connection(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_head, "HEAD_SECONDS", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost")
    assert await _closed(reader)
    writer.close()


async def test_a_connection_that_was_not_used_yet_is_kept_as_long_as_one_that_was(
    port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bounded_head, "HEAD_SECONDS", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.sleep(0.2)
    writer.write(REQUEST)
    await _answered(reader)
    writer.close()


async def test_a_head_that_grows_without_end_closes_the_connection(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nX: ")
    closed = asyncio.create_task(_closed(reader))
    for _ in range(100):
        writer.write(b"x" * MAX_HEAD)
        await asyncio.sleep(0.001)
        if closed.done():
            break
    assert await closed
    writer.close()


async def test_a_connection_that_is_idle_between_requests_is_kept(
    port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bounded_head, "HEAD_SECONDS", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(2):
        writer.write(REQUEST)
        await _answered(reader)
        await asyncio.sleep(0.2)
    writer.close()


async def test_a_head_that_comes_in_pieces_is_read(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for start in range(0, len(REQUEST), 5):
        writer.write(REQUEST[start : start + 5])
        await asyncio.sleep(0.001)
    await _answered(reader)
    writer.close()


@pytest.mark.parametrize("end", [b"", b"\r\n"], ids=["a head that goes on", "a whole head"])
async def test_more_headers_than_anybody_sends_are_refused(port: int, end: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * (MAX_HEADERS + 2) + end)
    assert (await asyncio.wait_for(reader.read(), 5)).startswith(b"HTTP/1.1 400")
    writer.close()


async def test_as_many_headers_as_there_may_be_are_read(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * MAX_HEADERS + b"\r\n")
    await _answered(reader)
    writer.close()


async def test_a_few_requests_may_come_before_the_first_is_answered(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(REQUEST * MAX_PIPELINED)
    for _ in range(MAX_PIPELINED):
        await _answered(reader)
    writer.close()


async def test_very_many_requests_in_one_piece_are_refused(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(REQUEST * 1000)
    answers = await asyncio.wait_for(reader.read(), 5)
    assert answers.count(b"HTTP/1.1 200") <= MAX_PIPELINED + 1
    assert answers.count(b"HTTP/1.1 400") == 1
    writer.close()


async def test_a_head_that_is_too_long_is_refused_although_it_came_at_once(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\na: %s\r\nb: %s\r\n\r\n" % (b"x" * (MAX_HEAD // 2), b"y" * (MAX_HEAD // 2)))
    assert (await asyncio.wait_for(reader.read(), 5)).startswith(b"HTTP/1.1 400")
    writer.close()


@pytest.mark.parametrize("sent", [b"", b"xx", b"xxxx"], ids=["nothing of it", "half of it", "all of it"])
async def test_an_answer_to_a_request_whose_body_nobody_read_closes_the_connection(port: int, sent: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n" + sent)
    await _answered(reader)
    assert await _closed(reader)
    writer.close()
