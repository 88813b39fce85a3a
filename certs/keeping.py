"""Keeping a replica's certificates good for ever: the authority shared with the others, and a leaf of its own.

Everything is looked at once a minute by the wall clock, and at once when the webhook configuration changes. A timer
until a certificate's end would miss it: clocks are set, and machines sleep.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NoReturn

from certs.agreement import Agreement
from certs.allowance import Allowance
from certs.bundle import written_bundle
from certs.in_time import in_time
from certs.injection import Injection
from certs.pair import Pair
from certs.pauses import Pauses
from certs.problem import Problem
from certs.publication import Publication
from certs.reading import Loaded
from certs.serving import Serving
from certs.state import Shown, State
from certs.stores import BundleStore, ConfigurationStore, SecretStore, StoreFailed
from certs.tell import Tell

_PUBLISH_AGAIN = 600.0
"""Seconds, after which the ConfigMap is written again, whoever changed it meanwhile."""
_LOOKS_AT_ONCE, _LOOKS_EVERY = 10, 5.0
"""Changes are followed at once so many times, and then in so many seconds: somebody may change it back each time."""


def utc_now() -> datetime:
    """Return the wall clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """What is kept in the cluster."""

    secret: SecretStore
    bundle: BundleStore
    configuration: ConfigurationStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """What goes by. Tests have their own."""

    clock: Callable[[], datetime] = utc_now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    pauses: Pauses = field(default_factory=Pauses)


class Keeper:
    """Keeps the certificates of one replica.

    ``serve`` is called with each new leaf, on the event loop; it may raise BadPair, and is then asked again.
    """

    def __init__(
        self,
        names: tuple[str, ...],
        stores: Stores,
        serve: Callable[[Pair], None],
        tell: Tell,
        passing: Time | None = None,
    ) -> None:
        self._time = passing or Time()
        self._stores = stores
        self._tell = tell
        self._agreement = Agreement(stores.secret, names, tell, self._time.monotonic)
        self._injection = Injection(stores.configuration, tell, self._time.monotonic)
        self._serving = Serving(names, serve, tell)
        self._looks = Allowance(_LOOKS_AT_ONCE, _LOOKS_EVERY, self._time.monotonic)
        self._published: tuple[bytes, float] = b"", 0
        self._problem = Problem(tell)

    @property
    def state(self) -> State:
        """How it stands now."""
        held = self._agreement.held
        current, following = (held.current, held.next) if held else (None, None)
        return State(
            leaf=Shown.of(self._serving.leaf) if self._serving.leaf else None,
            authority=Shown.of(current.certificate) if current else None,
            next=Shown.of(following.certificate) if following else None,
            bundle=written_bundle(held.bundle) if held else b"",
            leaf_changed_at=self._serving.changed_at,
            authority_changed_at=self._agreement.changed_at,
            injection_failures=self._injection.failures,
            problem=self._problem.text,
        )

    async def run(self) -> NoReturn:
        """Keep them until cancelled."""
        changed = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow(changed))
            while True:
                changed.clear()
                await self._look()
                await self._pause(changed)

    async def tick(self, now: datetime) -> None:
        """Look at everything at ``now`` (aware), and mend what can be mended. What cannot is the state's problem."""
        troubles: list[str] = []
        publication, agreed = Publication(), False
        with _noting(troubles, "the webhook configuration cannot be read"):
            publication = await self._injection.look()
        with _noting(troubles, "the authority's Secret cannot be kept"):
            await self._agreement.reach(publication, now)
            agreed = True
        held = self._agreement.held
        if held is not None and held.current is not None:
            bundle = written_bundle(held.bundle)
            with _noting(troubles, "the bundle cannot be put into the webhook configuration"):
                await self._inject(held.current, bundle, agreed=agreed)
            still = [
                one for one in publication.ages if self._injection.is_trusted(one)
            ]  # what was put in may leave some out
            if not self._serving.waits(held.current, publication.age_of(held.current.certificate), still, now):
                troubles += self._serving.renew(held.current, self._agreement.leaf_wish, now)
            with _noting(troubles, "the bundle cannot be put into its ConfigMap"):
                await self._publish(bundle, agreed=agreed)
        self._problem.say("; ".join(troubles))

    async def _look(self) -> None:
        try:
            await self.tick(self._time.clock())
        except Exception as error:  # noqa: BLE001 -- a fault of ours must not end the keeping, least of all silently
            self._problem.say_fault(error)

    async def _follow(self, changed: asyncio.Event) -> None:
        try:
            async for _ in self._stores.configuration.changes():
                changed.set()
        except Exception as error:  # noqa: BLE001 -- a look a minute still is much better than none
            self._tell(logging.ERROR, "changes are followed no longer", error=type(error).__name__)

    async def _pause(self, changed: asyncio.Event) -> None:
        pause = self._time.pauses.after(failed=bool(self._problem.text))
        if self._looks.is_used_up:
            await self._time.sleep(min(pause, _LOOKS_EVERY))
            return
        self._looks.use()
        waits = [asyncio.ensure_future(self._time.sleep(pause)), asyncio.ensure_future(changed.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _inject(self, current: Loaded, bundle: bytes, *, agreed: bool) -> None:
        """Have whoever calls trust it. Without agreement others may know better: then only for want of our own."""
        if agreed or not self._injection.is_trusted(current.certificate):
            await self._injection.inject(bundle)

    async def _publish(self, bundle: bytes, *, agreed: bool) -> None:
        monotonic = self._time.monotonic()
        if agreed and (bundle != self._published[0] or monotonic - self._published[1] >= _PUBLISH_AGAIN):
            await in_time(self._stores.bundle.publish(bundle))
            self._published = bundle, monotonic


@contextmanager
def _noting(troubles: list[str], trouble: str) -> Iterator[None]:
    """Go on where the cluster fails, and take note of it."""
    try:
        yield
    except StoreFailed as failure:
        troubles.append(f"{trouble}: {failure}")
