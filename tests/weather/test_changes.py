"""That a webhook configuration may have changed: said at once, after each change, and through all weather."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.weather.answering import Answering, HangUp, Refusal, Watch, answering
from tests.weather.following import PACE, TIMES
from webhook.cluster import changes
from webhook.cluster.webhook_configurations import Registration

pytestmark = pytest.mark.anyio

CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
LIMIT = 5.0
"""Seconds that anything may take before a test gives up."""


@dataclass(frozen=True)
class Told:
    """Who waits for changes, and what the log says meanwhile."""

    changing: AsyncGenerator[None, None]
    log: list[str]

    async def times(self, count: int) -> None:
        """Return when it was said so often."""
        async with asyncio.timeout(LIMIT):
            for _ in range(count):
                await anext(self.changing)

    async def and_not_again(self) -> None:
        """Wait a while, in vain. Nothing can be told after that."""
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.15):
                await anext(self.changing)


@asynccontextmanager
async def told_of(folder: Path, *says: Any) -> AsyncIterator[tuple[Answering, Told]]:
    log: list[str] = []
    async with answering(folder, *says) as (server, api):

        def tell(_: int, event: str, /, **fields: object) -> None:
            log.append(f"{event}: {fields.get('why', '')}")

        async with aclosing(Registration(api, "guard", tell, times=TIMES, pace=PACE).changes()) as changing:
            yield server, Told(changing, log)


def listed(version: int) -> dict[str, Any]:
    return {"kind": "PartialObjectMetadataList", "metadata": {"resourceVersion": str(version)}, "items": []}


def event(kind: str, version: int) -> dict[str, Any]:
    return {"type": kind, "object": {"metadata": {"name": "guard", "resourceVersion": str(version)}}}


EXPIRED = {"type": "ERROR", "object": {"kind": "Status", "code": 410}}
NEWS = Watch((event("MODIFIED", 9),))


@pytest.mark.parametrize("kind", ["ADDED", "MODIFIED", "DELETED"])
async def test_it_is_said_at_once_then_of_the_list_and_then_of_each_change(tmp_path: Path, kind: str) -> None:
    async with told_of(tmp_path, listed(5), Watch((event(kind, 6),))) as (_, told):
        await told.times(2)
        await told.times(1)
        await told.and_not_again()


async def test_just_the_one_object_is_asked_for_and_of_it_the_metadata(tmp_path: Path) -> None:
    async with told_of(tmp_path, listed(5), NEWS) as (server, told):
        await told.times(3)
    assert [one.path for one in server.asked] == [CONFIGURATIONS] * 2
    assert [one.query["fieldSelector"] for one in server.asked] == ["metadata.name=guard"] * 2
    assert [one.query.get("watch") for one in server.asked] == [None, "true"]
    assert all(one.accept.startswith("application/json;as=PartialObjectMetadata") for one in server.asked)


async def test_bookmarks_are_no_changes(tmp_path: Path) -> None:
    async with told_of(tmp_path, listed(5), Watch((event("BOOKMARK", 6), event("BOOKMARK", 7)))) as (_, told):
        await told.times(2)
        await told.and_not_again()


async def test_changes_while_nobody_waits_are_said_once(tmp_path: Path) -> None:
    many = Watch(tuple(event("MODIFIED", version) for version in range(6, 20)))
    async with told_of(tmp_path, listed(5), many) as (server, told):
        await told.times(1)
        async with asyncio.timeout(LIMIT):
            while not server.watches:  # noqa: ASYNC110 -- no event says so
                await asyncio.sleep(0.005)
        await asyncio.sleep(0.05)
        await told.times(1)
        await told.and_not_again()


@pytest.mark.parametrize(
    "weather",
    [
        pytest.param([Refusal(503)] * 3, id="away before the first list"),
        pytest.param([HangUp(), b"", b"[]", {"items": None}], id="odd before the first list"),
        pytest.param([listed(5), Refusal(403, "you cannot watch")], id="watching is not allowed at first"),
        pytest.param([listed(5), Watch(ends=True)], id="a watch that ends at once"),
        pytest.param([listed(5), Watch((EXPIRED,), ends=True), listed(8)], id="410 as an event"),
        pytest.param([listed(5), Refusal(410), listed(8)], id="410 as an answer"),
        pytest.param([listed(5), Watch(("odd",), ends=True), listed(8)], id="no event"),
        pytest.param([listed(5), HangUp(), Refusal(500)], id="away for a while"),
    ],
)
async def test_after_bad_weather_changes_are_told_of_again(tmp_path: Path, weather: list[Any]) -> None:
    first = [] if listed(5) in weather else [listed(5)]
    async with told_of(tmp_path, *weather, *first, Watch()) as (server, told):
        said = 0

        async def count() -> None:
            nonlocal said
            async for _ in told.changing:
                said += 1

        counting = asyncio.create_task(count())
        async with asyncio.timeout(LIMIT):
            while not server.watches or len(server.says) > 1:  # noqa: ASYNC110 -- no event says so
                await asyncio.sleep(0.005)
            await asyncio.sleep(0.02)
            before = said
            server.later.put_nowait(event("MODIFIED", 9))
            while said == before:  # noqa: ASYNC110 -- as above
                await asyncio.sleep(0.005)
        assert not counting.done()
        counting.cancel()
        await asyncio.wait([counting])


async def test_a_missing_right_is_in_the_log_once_and_it_is_said_all_the_same_from_time_to_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "AT_LATEST", 0.1)
    async with told_of(tmp_path, Refusal(403, "you cannot list it")) as (server, told):
        await told.times(5)
    assert len(server.asked) > 2
    assert told.log == ["lost contact: the API server answered 403 you cannot list it"]


async def test_who_ends_it_ends_the_watch(tmp_path: Path) -> None:
    async with told_of(tmp_path, listed(5), NEWS) as (server, told):
        await told.times(3)
        assert server.watches == 1
        await told.changing.aclose()
        async with asyncio.timeout(LIMIT):
            while server.watches:  # noqa: ASYNC110 -- as above
                await asyncio.sleep(0.005)
