"""Keeping a replica's certificates good for ever: the authority shared with the others, and a leaf of its own.

Everything is looked at once a minute by the wall clock, and at once when the webhook configuration changes. A timer
until a certificate's end would miss it: clocks are set, and machines sleep.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NoReturn

from cryptography import x509

from certs.agreement import Agreement
from certs.allowance import Allowance
from certs.bundle import written_bundle
from certs.in_time import in_time
from certs.injection import Injection
from certs.leaf import make_leaf
from certs.names import LOOPBACK
from certs.pair import Pair
from certs.pauses import Pauses
from certs.publication import Publication
from certs.reading import BadPair, read_pair
from certs.rotation import Due, leaf_due
from certs.state import Shown, State
from certs.stores import BundleStore, ConfigurationStore, SecretStore, StoreFailed
from certs.tell import Tell
from certs.validity import has_begun, has_ended, written

_PUBLISH_AGAIN = 600.0
"""Seconds, after which the ConfigMap is written again, whoever changed it meanwhile."""
_LOOKS_AT_ONCE, _LOOKS_EVERY = 10, 5.0
"""Changes are followed at once, and not faster than that where somebody changes the configuration back each time."""


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
        self._names = names
        self._stores = stores
        self._serve = serve
        self._tell = tell
        self._agreement = Agreement(stores.secret, names, tell, self._time.monotonic)
        self._injection = Injection(stores.configuration, tell, self._time.monotonic)
        self._looks = Allowance(_LOOKS_AT_ONCE, _LOOKS_EVERY, self._time.monotonic)
        self._leaf: x509.Certificate | None = None
        self._leaf_wish = ""
        self._leaf_changed_at: datetime | None = None
        self._published: tuple[bytes, float] = b"", 0
        self._problem = ""

    @property
    def state(self) -> State:
        """How it stands now."""
        held = self._agreement.held
        current, following = (held.current, held.next) if held else (None, None)
        return State(
            leaf=Shown.of(self._leaf) if self._leaf else None,
            authority=Shown.of(current.certificate) if current else None,
            next=Shown.of(following.certificate) if following else None,
            bundle=written_bundle(held.bundle) if held else b"",
            leaf_changed_at=self._leaf_changed_at,
            authority_changed_at=self._agreement.changed_at,
            injection_failures=self._injection.failures,
            problem=self._problem,
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
        try:
            publication = await self._injection.look()
        except StoreFailed as failure:
            troubles.append(f"the webhook configuration cannot be read: {failure}")
        try:
            await self._agreement.reach(publication, now)
            agreed = True
        except StoreFailed as failure:
            troubles.append(f"the authority's Secret cannot be kept: {failure}")
        self._renew_leaf(now, troubles)
        await self._spread(troubles, agreed=agreed)
        self._say("; ".join(troubles))

    async def _look(self) -> None:
        try:
            await self.tick(self._time.clock())
        except Exception as error:  # noqa: BLE001 -- a fault of ours must not end the keeping, least of all silently
            self._say(f"internal error: {type(error).__name__}")

    async def _follow(self, changed: asyncio.Event) -> None:
        try:
            async for _ in self._stores.configuration.changes():
                changed.set()
        except Exception as error:  # noqa: BLE001 -- a look a minute still is much better than none
            self._tell(logging.ERROR, "changes are followed no longer", error=type(error).__name__)

    async def _pause(self, changed: asyncio.Event) -> None:
        pause = self._time.pauses.after(failed=bool(self._problem))
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

    def _renew_leaf(self, now: datetime, troubles: list[str]) -> None:
        held = self._agreement.held
        if held is None or held.current is None:
            return
        authority, wish = held.current, self._agreement.leaf_wish
        if has_ended(authority.certificate, now):
            troubles.append(f"the authority ended at {written(authority.certificate.not_valid_after_utc)}")
            return
        if not has_begun(authority.certificate, now):
            begins = written(authority.certificate.not_valid_before_utc)
            troubles.append(f"the authority begins at {begins} only, by this replica's clock")
        due = Due(due=True, reason="there was none")
        if self._leaf is not None:
            due = leaf_due(self._leaf, authority.certificate, now, asked=wish not in ("", self._leaf_wish))
        if not due.due:
            return
        pair = make_leaf(authority.pair, (*self._names, *LOOPBACK), now)
        try:
            self._serve(pair)
        except BadPair as error:
            troubles.append(f"the new certificate cannot be served: {error}")
            return
        self._leaf, self._leaf_wish, self._leaf_changed_at = read_pair(pair).certificate, wish, now
        self._tell(logging.INFO, "leaf renewed", why=due.reason, until=written(self._leaf.not_valid_after_utc))

    async def _spread(self, troubles: list[str], *, agreed: bool) -> None:
        """Have the bundle where others look for it.

        Without agreement others may know better: then only what is missing for this replica's leaf is a reason.
        """
        held = self._agreement.held
        if held is None or held.current is None:
            return
        bundle = written_bundle(held.bundle)
        if agreed or not self._injection.is_trusted(held.current.certificate):
            try:
                await self._injection.inject(bundle)
            except StoreFailed as failure:
                troubles.append(f"the bundle cannot be put into the webhook configuration: {failure}")
        if agreed:
            try:
                await self._publish(bundle)
            except StoreFailed as failure:
                troubles.append(f"the bundle cannot be put into its ConfigMap: {failure}")

    async def _publish(self, bundle: bytes) -> None:
        monotonic = self._time.monotonic()
        if bundle != self._published[0] or monotonic - self._published[1] >= _PUBLISH_AGAIN:
            await in_time(self._stores.bundle.publish(bundle))
            self._published = bundle, monotonic

    def _say(self, problem: str) -> None:
        if problem == self._problem:
            return
        self._problem = problem
        if problem:
            self._tell(logging.WARNING, "certificates are not in order", why=problem)
        else:
            self._tell(logging.INFO, "certificates are in order again")
