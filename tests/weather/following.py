"""A live inventory that follows a fake cluster inside the test's own loop, with all waiting compressed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec import Raw

from tests.builders import NOW, policy
from tests.fake_api import FakeApi
from webhook.cluster.connection import Connection, connect
from webhook.cluster.credentials import Credentials
from webhook.cluster.objects import WatchTimes
from webhook.inventory.contact import STALE_AFTER
from webhook.inventory.inventory import Inventory
from webhook.inventory.live import LiveInventory
from webhook.inventory.pod_item import UnreadablePod, read_pod
from webhook.inventory.reflector import Pace
from webhook.inventory.source import SourceFailed
from webhook.inventory.taking import take_inventory
from webhook.policy.policy import Policy

PACE = Pace(floor=0.01, ceiling=0.05, short=0.05, healthy=60)
TIMES = WatchTimes(shortest=20, longest=30, grace=5, silence=20)
LIMIT = 10.0
"""Seconds that anything may take before a test gives up. Everything here takes milliseconds."""


@dataclass
class Following:
    """A live inventory that is kept current, and what it said meanwhile."""

    api: FakeApi
    cluster: Connection
    live: LiveInventory
    policy: Policy
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    task: asyncio.Task[None] | None = None

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something is so. Fails at once if the inventory stopped following."""
        with saying(lambda: f"{self.live.pods.contact}; told: {self.told}"):
            async with asyncio.timeout(LIMIT):
                while not condition():
                    assert self.task is None or not self.task.done(), self.task
                    await asyncio.sleep(0.002)

    async def synced(self) -> None:
        """Wait for the first list, and for both watches."""
        await self.until(lambda: self.live.synced and self.live.pods.contact.watches)
        await self.until(lambda: self.live.namespaces.contact.watches)

    async def settled(self) -> None:
        """Wait until the inventory is what a fresh list gives, and fail with the difference if it never is."""
        try:
            async with asyncio.timeout(LIMIT):
                while seen(self.live.snapshot()) != seen(await self._listed()):  # noqa: ASYNC110 -- no event says so
                    await asyncio.sleep(0.005)
        except TimeoutError:
            pass  # what follows says more
        assert seen(self.live.snapshot()) == seen(await self._listed())
        assert self.live.doubt() == "" or self.live.snapshot().unreadable
        keys = [(pod.namespace, pod.name, pod.uid) for pod in self.live.store.pods()]
        assert len(set(keys)) == len(keys)
        assert {uid for uid in self._uids() if self.live.is_unbound(uid)} == set(self._uids(ordinary_and_unbound=True))

    def names(self) -> list[str]:
        """The ECI pods that are known."""
        return [pod.name for pod in self.live.snapshot().pods]

    async def _listed(self) -> Inventory:
        return await take_inventory(self.cluster, self.policy, namespace="", taken_at=NOW)

    def _uids(self, *, ordinary_and_unbound: bool = False) -> Iterator[str]:
        known = {pod.uid for pod in self.live.store.pods()}
        for data in self.api.cluster.snapshot("pods").objects.values():
            try:
                pod = read_pod(Raw(data))
            except UnreadablePod:
                continue
            uid = (pod.metadata and pod.metadata.uid) or ""
            if not ordinary_and_unbound or (uid not in known and not (pod.spec and pod.spec.node_name)):
                yield uid


def seen(inventory: Inventory) -> tuple[object, ...]:
    """What a list and a watch must agree on."""
    return inventory.pods, inventory.examined, inventory.unreadable


@contextmanager
def saying(what: Callable[[], str]) -> Iterator[None]:
    """Have a timeout say more."""
    try:
        yield
    except TimeoutError as error:
        raise AssertionError(what()) from error


@asynccontextmanager
async def following(
    api: FakeApi,
    kubeconfig: Path,
    *,
    chosen: Policy | None = None,
    pace: Pace = PACE,
    times: WatchTimes = TIMES,
    stale_after: float = STALE_AFTER,
) -> AsyncIterator[Following]:
    """Follow a cluster for as long as the block lasts. Whatever ends the following ends the test."""
    chosen = chosen or policy()
    told: list[tuple[str, dict[str, Any]]] = []

    def tell(_: int, event: str, /, **fields: object) -> None:
        told.append((event, fields))

    async with connect(Credentials(str(kubeconfig)), times=times) as cluster:
        live = LiveInventory(cluster, chosen, tell, pace=pace, stale_after=stale_after)
        following = Following(api, cluster, live, chosen, told)
        following.task = asyncio.create_task(live.follow())
        try:
            yield following
        finally:
            following.task.cancel()
            (ended,) = await asyncio.gather(following.task, return_exceptions=True)
        assert isinstance(ended, asyncio.CancelledError), ended


async def failure_of(source: Any) -> SourceFailed:
    """Return how reading everything of a source, or awaiting it, fails."""
    try:
        if hasattr(source, "__aiter__"):
            async for _ in source:
                pass
        else:
            await source
    except SourceFailed as failure:
        return failure
    raise AssertionError("it did not fail")
