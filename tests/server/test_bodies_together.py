"""Bodies that come slowly take a bounded amount of memory together, and what is quick is not held up by them."""

import asyncio
from collections.abc import Sequence

import pytest

from tests.builders import Json
from webhook.server.body import BodyReader, BodyRefused

pytestmark = pytest.mark.anyio

SCOPE = {"type": "http", "headers": [(b"content-type", b"application/json")], "query_string": b"timeout=30s"}
MOST = 100


def part(size: int, *, more: bool = True) -> Json:
    return {"type": "http.request", "body": b" " * size, "more_body": more}


async def read(bodies: BodyReader, messages: Sequence[Json]) -> int:
    """The size of a body; after the last message nothing comes any more."""
    waiting = list(messages)

    async def receive() -> Json:
        await asyncio.sleep(0 if waiting else 3600)
        return waiting.pop(0)

    return len(await bodies.read_json(SCOPE, receive))


async def status_of(reading: asyncio.Task[int]) -> int:
    with pytest.raises(BodyRefused) as refused:
        await asyncio.wait_for(reading, 5)
    return refused.value.status


async def stalled(bodies: BodyReader, size: int) -> asyncio.Task[int]:
    reading = asyncio.create_task(read(bodies, [part(size)]))
    await asyncio.sleep(0.01)
    return reading


async def test_the_one_that_was_begun_first_gives_way() -> None:
    bodies = BodyReader(most=MOST)
    slowest, slow = await stalled(bodies, 60), await stalled(bodies, 40)
    assert await read(bodies, [part(20), part(20, more=False)]) == 40
    assert await status_of(slowest) == 408
    assert not slow.done()
    slow.cancel()


async def test_as_much_as_there_may_be_ends_nobody() -> None:
    bodies = BodyReader(most=MOST)
    reading = [await stalled(bodies, 50) for _ in range(2)]
    assert not any(one.done() for one in reading)
    for one in reading:
        one.cancel()


async def test_what_was_given_up_makes_room() -> None:
    bodies = BodyReader(most=MOST)
    gone = await stalled(bodies, 90)
    gone.cancel()
    await asyncio.wait([gone])
    kept = await stalled(bodies, 90)
    assert await read(bodies, [part(5), part(5, more=False)]) == 10
    assert not kept.done()
    kept.cancel()


async def test_a_body_that_came_with_its_head_waits_for_nobody() -> None:
    bodies = BodyReader(most=MOST)
    slow = await stalled(bodies, 90)
    assert await read(bodies, [part(1000, more=False)]) == 1000
    assert not slow.done()
    slow.cancel()
