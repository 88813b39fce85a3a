"""A webhook configuration that is watched and put right whenever somebody resets it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from certs.keeping import Stores
from certs.stores import Conflict, StoreFailed
from tests.cluster.certificates.keeping import account_with, stores
from tests.cluster.certificates.registering import Configuration, coded, configuration, document
from tests.cluster.control_plane import ControlPlane
from webhook.cluster.named_object import MANAGER

pytestmark = pytest.mark.anyio

OLD = "1.24"

BOTH = {"a.x.io": "", "b.x.io": ""}
RIGHT = {"a.x.io": "ours", "b.x.io": "ours"}
LIMIT = 10.0
"""Seconds. On a machine where nothing else goes on it takes a thousandth of that."""


async def keep(kept: Stores) -> None:
    """Do what a guard does, until cancelled."""
    async for _ in kept.configuration.changes():
        try:
            found = await kept.configuration.read()
            if found and (found.owned or set(found.bundles.values()) - {b"ours"}):
                await kept.configuration.inject(found, b"ours")
        except Conflict:
            pass  # it has changed, so more is said of it
        except StoreFailed:
            await asyncio.sleep(0.1)


@asynccontextmanager
async def guarded(control_plane: ControlPlane, name: str) -> AsyncIterator[Configuration]:
    """A configuration that need not be there yet, and a guard that keeps it."""
    with configuration(control_plane, name) as registered:
        async with stores(account_with(control_plane, name), name) as kept:
            keeping = asyncio.create_task(keep(kept))
            try:
                yield registered
                assert not keeping.done()
            finally:
                keeping.cancel()
                await asyncio.wait([keeping])


async def is_right(registered: Configuration, limit: float = LIMIT) -> None:
    """Return when it is: all bundles are the guard's, and it owns none of them."""
    began = time.monotonic()
    while not await asyncio.to_thread(_is_right, registered):
        assert time.monotonic() < began + limit, (registered.bundles(), registered.owners())
        await asyncio.sleep(0.02)


def _is_right(registered: Configuration) -> bool:
    return registered.bundles() == RIGHT and MANAGER not in {manager for manager, _ in registered.owners()}


def applied_with_a_bundle(registered: Configuration) -> None:
    registered.apply(document(registered.name, {"a.x.io": "theirs", "b.x.io": ""}))


def replaced(registered: Configuration) -> None:
    registered.put(document(registered.name, BOTH))


def emptied(registered: Configuration) -> None:
    registered.patch("/webhooks/0/clientConfig/caBundle", "")


def left_half_way(registered: Configuration) -> None:
    registered.patch("/webhooks/0/clientConfig/caBundle", coded("older"), manager=MANAGER)


def recreated(registered: Configuration) -> None:
    registered.delete()
    registered.apply(document(registered.name, BOTH))


RESETS = [applied_with_a_bundle, replaced, emptied, left_half_way, recreated]


@pytest.mark.parametrize("reset", RESETS, ids=lambda reset: reset.__name__)
async def test_it_is_put_right_again(
    every_control_plane: ControlPlane, namespace: str, reset: Callable[[Configuration], None]
) -> None:
    async with guarded(every_control_plane, namespace) as registered:
        await asyncio.to_thread(registered.apply, document(namespace, BOTH))
        await is_right(registered)
        for _ in range(3):
            await asyncio.to_thread(reset, registered)
            await is_right(registered)


def untimed(found: dict[str, Any]) -> dict[str, Any]:
    """The object without what an API server writes by itself: when it was applied last."""
    owners = [{key: value for key, value in one.items() if key != "time"} for one in found["metadata"]["managedFields"]]
    return found | {"metadata": found["metadata"] | {"managedFields": owners, "resourceVersion": ""}}


async def test_who_changes_nothing_of_it_has_the_guard_write_nothing(
    every_control_plane: ControlPlane, namespace: str
) -> None:
    async with guarded(every_control_plane, namespace) as registered:
        await asyncio.to_thread(registered.apply, document(namespace, BOTH))
        await is_right(registered)
        before = await asyncio.to_thread(registered.read)
        for _ in range(3):
            await asyncio.sleep(1.1)  # the API server keeps times by the second
            await asyncio.to_thread(registered.apply, document(namespace, BOTH))
        await asyncio.sleep(0.5)
        after = await asyncio.to_thread(registered.read)
        assert untimed(after) == untimed(before)
        if every_control_plane.version != OLD:  # 1.24 itself writes when somebody applied the same
            assert after == before


@pytest.mark.timeout(240, func_only=True)  # an API server that is started anew takes its time on a busy machine
async def test_what_was_reset_around_an_outage_is_put_right_after_it(
    control_plane: ControlPlane, namespace: str
) -> None:
    async with guarded(control_plane, namespace) as registered:
        await asyncio.to_thread(registered.apply, document(namespace, BOTH))
        await is_right(registered)
        await asyncio.to_thread(control_plane.forget_history)
        await asyncio.to_thread(replaced, registered)
        await is_right(registered, limit=60)
        await asyncio.to_thread(replaced, registered)
        await is_right(registered)
