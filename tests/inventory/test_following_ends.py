"""Following a cluster ends when it is told to, at whatever moment."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

import pytest
from msgspec import Raw

from tests.builders import policy
from webhook.inventory.live import LiveInventory
from webhook.inventory.source import Change, ObjectSource, Page


class Endless:
    """A cluster whose answers never come, but for its version."""

    description = "endless"

    def __init__(self) -> None:
        self.pods = self.namespaces = self.getter = self.versions = self
        self.surroundings: Mapping[str, ObjectSource] = {}

    async def list(self) -> AsyncIterator[Page]:
        await asyncio.Event().wait()
        yield Page((), "")

    async def watch(self, _: str) -> AsyncIterator[Sequence[Change]]:
        await asyncio.Event().wait()
        yield ()

    async def get(self, namespace: str, name: str) -> Raw | None:
        raise NotImplementedError

    async def version(self) -> str:
        return "v1.24.17"


@pytest.mark.anyio
@pytest.mark.parametrize("turns", range(6))
async def test_an_end_just_as_the_namespaces_are_known_is_not_overheard(turns: int) -> None:
    live = LiveInventory(Endless(), policy(), lambda *_, **__: None)
    task = asyncio.create_task(live.follow())
    await asyncio.sleep(0.01)
    live.namespaces.tried.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=5)
    assert done
    assert task.cancelled()
