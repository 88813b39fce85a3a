"""Whatever the weather while pods come and go: in the end the inventory is what a fresh list gives."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.builders import ORDINARY_NODE, VIRTUAL_NODE, Json, pod, running
from tests.fake_api import (
    Behaviour,
    Bookmark,
    CloseAtOnce,
    ContinueExpired,
    Cut,
    FakeApi,
    Gone,
    Normal,
    PoisonEvent,
    RawEvents,
    Silent,
    Slow,
    Status,
)
from tests.fake_api.forms import event_line
from tests.fake_api.statuses import Expired
from tests.weather.following import Following, following
from webhook.cluster import objects
from webhook.cluster.objects import WatchTimes

pytestmark = pytest.mark.anyio

STEPS = 250
TIMES = WatchTimes(shortest=1, longest=1, grace=0.2, silence=0.15)

LISTS: list[Callable[[random.Random], Behaviour]] = [
    lambda _: Normal(),
    lambda _: Status(500),
    lambda _: Status(429, retry_after=0),
    lambda _: ContinueExpired(),
    lambda chance: Cut(after=chance.randrange(3000)),
    lambda _: CloseAtOnce(),
    lambda _: CloseAtOnce(reset=True),
    lambda _: Slow(0.02),
    lambda _: Status(200, body=b"{}"),
]
WATCHES: list[Callable[[random.Random], Behaviour]] = [
    lambda _: CloseAtOnce(),
    lambda _: CloseAtOnce(reset=True),
    lambda _: Gone(),
    lambda _: Gone(as_event=False),
    lambda _: Status(500),
    lambda _: Status(403),
    lambda _: Silent(),
    lambda _: PoisonEvent(),
    lambda chance: Cut(after=chance.randrange(1000)),
]
INTERRUPTS: list[Callable[[random.Random], Behaviour]] = [
    lambda _: CloseAtOnce(),
    lambda _: CloseAtOnce(reset=True),
    lambda _: Gone(),
    lambda _: Silent(),
    lambda _: Bookmark(),
    lambda _: PoisonEvent(),
]


def some_pod(chance: random.Random) -> Json:
    """A pod of one of few names, so that they change, go and come back."""
    name = f"web-{chance.randrange(25)}"
    version = chance.choice([None, "1.0.0", "1.1.0"])
    match chance.randrange(6):
        case 0 | 1:
            return running(name, version)
        case 2:
            return pod(name, platform_version=version)
        case 3:
            return pod(name, node=ORDINARY_NODE, phase="Running")
        case 4:
            return pod(name, node=VIRTUAL_NODE, phase=chance.choice(["Pending", "Failed"]))
        case _:
            return running(name, version) | {"spec": "odd"}


def again(api: FakeApi, chance: random.Random) -> Behaviour:
    """Events that came already: the last one twice, or some from before, out of order."""
    events: list[bytes] = []
    with suppress(Expired):
        back = chance.choice([1, 1, 2, 30])
        told, _ = api.cluster.after("pods", api.cluster.revision - back)
        events = [event_line(one.type, one.data) for one in told]
    return RawEvents(chance.choice([events, events + events, events[::-1]]))


def change_something(api: FakeApi, chance: random.Random) -> None:
    names = [key.partition("/")[::2] for key in api.cluster.snapshot("pods").keys]
    if names and chance.random() < 0.35:
        api.cluster.delete(*chance.choice(names))
    elif chance.random() < 0.1:
        api.cluster.put_namespace({"metadata": {"name": f"namespace-{chance.randrange(5)}"}})
    else:
        api.cluster.put(some_pod(chance))


def break_something(api: FakeApi, chance: random.Random) -> None:
    match chance.randrange(5):
        case 0:
            api.script("list pods", *(chance.choice(LISTS)(chance) for _ in range(chance.randrange(1, 4))))
        case 1:
            api.script("watch pods", chance.choice(WATCHES)(chance))
        case 2:
            api.cluster.compact()
        case _:
            played = again(api, chance) if chance.random() < 0.4 else chance.choice(INTERRUPTS)(chance)
            with suppress(AssertionError):  # between two watches there is nothing to interrupt
                api.interrupt("watch pods", played)


async def play(followed: Following, chance: random.Random) -> None:
    for _ in range(STEPS):
        change_something(followed.api, chance)
        if chance.random() < 0.15:
            break_something(followed.api, chance)
        await asyncio.sleep(chance.choice([0, 0, 0, 0.001, 0.01]))


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_breaks_while_pods_come_and_go_none_is_lost_and_none_is_there_twice(
    seed: int, api: FakeApi, kubeconfig: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "_PAGE", 4)
    chance = random.Random(seed)
    for _ in range(20):
        api.cluster.put(some_pod(chance))
    async with following(api, kubeconfig, times=TIMES) as followed:
        await followed.synced()
        await play(followed, chance)
        api._server.script._queued.clear()  # what was scripted and not asked for any more
        await followed.settled()
        assert followed.live.pods.contact.failures, "nothing broke"


@pytest.mark.parametrize("seed", range(2))
async def test_in_good_weather_nothing_is_listed_twice(seed: int, api: FakeApi, kubeconfig: Path) -> None:
    chance = random.Random(seed)
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        for _ in range(STEPS):
            change_something(api, chance)
            await asyncio.sleep(0)
        last = api.cluster.put(running("last", "1.1.0"))
        await followed.until(lambda: "last" in followed.names())
        assert (len(api.requests_of("list pods")), len(api.requests_of("watch pods"))) == (1, 1)
        assert followed.live.pods._version == str(last)
        await followed.settled()
