"""That the rights which the stores are said to need are enough, and that one which is missing is named."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator

import pytest

from certs.keeping import Stores
from certs.stores import Conflict, StoreFailed
from tests.cluster.certificates.keeping import CONFIG_MAP, CONFIGURATIONS, NEEDED, SECRET, Right, account_with, stores
from tests.cluster.certificates.registering import Configuration, configuration, document
from tests.cluster.control_plane import ControlPlane

pytestmark = pytest.mark.anyio


@pytest.fixture
def registered(every_control_plane: ControlPlane, namespace: str) -> Iterator[Configuration]:
    with configuration(every_control_plane, namespace) as one:
        one.apply(document(namespace, {"a.x.io": ""}))
        yield one


async def use_secret(kept: Stores) -> None:
    assert await kept.secret.read() is None
    await kept.secret.create({"key": b"1"})
    found = await kept.secret.read()
    assert found
    await kept.secret.replace({"key": b"2"}, found.version)


async def use_bundle(kept: Stores) -> None:
    await kept.bundle.publish(b"old")
    await kept.bundle.publish(b"new")


async def use_configuration(kept: Stores) -> None:
    found = await kept.configuration.read()
    assert found
    await kept.configuration.inject(found, b"new")


Use = Callable[[Stores], Awaitable[None]]
USES: dict[str, Use] = {"secrets": use_secret, "configmaps": use_bundle, CONFIGURATIONS: use_configuration}
RAISED = [right for right in NEEDED if right[0] not in {"list", "watch"}]
TOLD = [right for right in NEEDED if right not in RAISED]


async def test_what_is_needed_is_enough(every_control_plane: ControlPlane, registered: Configuration) -> None:
    log: list[str] = []
    async with stores(account_with(every_control_plane, registered.name), registered.name, log) as kept:
        for use in USES.values():
            await use(kept)
        changes = kept.configuration.changes()
        assert isinstance(changes, AsyncGenerator)
        async with asyncio.timeout(10):
            await anext(changes)
            await anext(changes)
            registered.apply(document(registered.name, {"a.x.io": "other"}))
            await anext(changes)
        await changes.aclose()
    assert log == ["synced: "]


@pytest.mark.parametrize("missing", RAISED, ids=" ".join)
async def test_a_missing_right_is_named_to_whoever_asked(
    every_control_plane: ControlPlane, registered: Configuration, missing: Right
) -> None:
    verb, resource = missing
    guard = account_with(every_control_plane, registered.name, [right for right in NEEDED if right != missing])
    called = {"secrets": f"{registered.name}/{SECRET}", "configmaps": f"{registered.name}/{CONFIG_MAP}"}
    name = called.get(resource, registered.name)
    async with stores(guard, registered.name) as kept:
        with pytest.raises(StoreFailed, match=f"^the guard may not {verb} {resource} {name}: no role grants it$") as no:
            await USES[resource](kept)
        assert not isinstance(no.value, Conflict)
        for other, use in USES.items():
            if other != resource:
                await use(kept)


@pytest.mark.parametrize("missing", TOLD, ids=" ".join)
async def test_a_missing_right_to_watch_is_in_the_log(
    every_control_plane: ControlPlane, registered: Configuration, missing: Right
) -> None:
    guard = account_with(every_control_plane, registered.name, [right for right in NEEDED if right != missing])
    log: list[str] = []
    async with stores(guard, registered.name, log) as kept:
        changes = kept.configuration.changes()
        assert isinstance(changes, AsyncGenerator)
        async with asyncio.timeout(10):
            await anext(changes)
            while not any(f"cannot {missing[0]} resource" in line for line in log):  # noqa: ASYNC110 -- no event says so
                await asyncio.sleep(0.01)
        await changes.aclose()
        await use_configuration(kept)
    assert registered.bundles() == {"a.x.io": "new"}
