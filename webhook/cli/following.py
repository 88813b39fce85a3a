"""A live cluster followed for a command: one list, then a watch, so that the API server is asked next to nothing."""

import asyncio
import time
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from webhook.cli.live_cluster import NotSeen, not_read
from webhook.cli.policy_option import Aim, NoNext
from webhook.cluster.connection import connect
from webhook.cluster.credentials import Credentials
from webhook.inventory.inventory import Inventory
from webhook.inventory.live import LiveInventory
from webhook.inventory.source import SourceFailed
from webhook.inventory.surroundings import NOT_EXAMINED, Surroundings
from webhook.policy.policy import Policy
from webhook.readiness.making import Show, make_report
from webhook.readiness.report import ReadinessReport

_ATTEMPTS = 3
"""Failures before the first whole list after which a cluster is given up: afterwards it may be away for any time."""
_LOOK_EVERY = 0.05
_ANEW = 30.0
"""Seconds after which a report is made anew even if nothing was heard: an exemption may have run out."""
_VERSION_WITHIN = 15.0
"""Seconds in which the cluster has to say what it runs, where the target depends on that."""


class _Reports:
    """Makes reports, and keeps the last."""

    def __init__(self) -> None:
        self._last: ReadinessReport | None = None
        self._state: Hashable = None
        self._made_at = 0.0

    def make(self, inventory: Inventory, surroundings: Surroundings, policy: Policy, show: Show) -> ReadinessReport:
        state = (inventory.revision, inventory.doubt, inventory.kubernetes_version, surroundings.revision)
        if self._last is None or state != self._state or time.monotonic() - self._made_at > _ANEW:
            now = datetime.now(UTC)
            target = policy.target
            self._last = make_report(inventory, policy, target=target, now=now, show=show, surroundings=surroundings)
            self._state, self._made_at = state, time.monotonic()
        return self._last


@dataclass(frozen=True, slots=True)
class Followed:
    """A cluster that is known and stays so."""

    live: LiveInventory
    policy: Policy
    """Whose target is what came next when the following began: an upgrade meanwhile must not move it."""
    namespace: str
    _task: asyncio.Task[None]
    _reports: _Reports = field(default_factory=_Reports)

    def snapshot(self) -> Inventory:
        """Return everything as it is now."""
        return replace(self.live.snapshot(), namespace=self.namespace)

    async def report(self, show: Show, *, around: bool) -> ReadinessReport:
        """Return the report of now: that of before, unless anything it is made from may have changed."""
        surroundings = await self.live.look_around() if around else NOT_EXAMINED
        return self._reports.make(self.snapshot(), surroundings, self.policy, show)

    async def pause(self, seconds: float) -> None:
        """Let time go by. Raises what ended the following, which nothing should."""
        await _pause(self._task, seconds)


@asynccontextmanager
async def follow(credentials: Credentials, aim: Aim, *, namespace: str = "") -> AsyncIterator[Followed]:
    """Follow a cluster for as long as the block lasts, from the first whole list on. Raises NotSeen."""
    try:
        async with connect(credentials, namespace=namespace) as cluster:
            live = LiveInventory(cluster, aim.policy, _tell_nobody)
            task = asyncio.create_task(live.follow())
            try:
                await _first_list(live, task)
                yield Followed(live, await _policy(live, aim, task), namespace, task)
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
    except SourceFailed as failure:
        raise not_read(failure) from None


async def _first_list(live: LiveInventory, task: asyncio.Task[None]) -> None:
    contact = live.pods.contact
    while not contact.synced:
        if contact.failures >= _ATTEMPTS:
            raise SourceFailed(contact.trouble)
        await _pause(task, _LOOK_EVERY)


async def _policy(live: LiveInventory, aim: Aim, task: asyncio.Task[None]) -> Policy:
    until = time.monotonic() + _VERSION_WITHIN
    while aim.next and not live.snapshot().kubernetes_version and time.monotonic() < until:
        await _pause(task, _LOOK_EVERY)
    try:
        return aim.at(live.snapshot().kubernetes_version)
    except NoNext as error:
        raise NotSeen(str(error)) from None


async def _pause(task: asyncio.Task[None], seconds: float) -> None:
    done, _ = await asyncio.wait({task}, timeout=seconds)
    if done:
        await task
        raise RuntimeError("the following ended")


def _tell_nobody(_level: int, _event: str, /, **_fields: object) -> None:
    """Log nothing: whoever follows says what matters."""
