"""In memory, what webhook.cluster does with a real API server, and time that a test moves.

``FakeCluster`` stands in for the API server with the three objects: it counts resourceVersions, answers conflicts, and
loses requests or refuses them when told so. It also watches what the program must not do. ``Replica`` stands in for
the process around a Keeper: it takes the leaf that is to be served.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509

from certs.bundle import read_bundle
from certs.keeping import Keeper, Stores, Time
from certs.leaf import is_signed_by
from certs.names import service_names
from certs.pair import Pair
from certs.pauses import Pauses
from certs.stores import Conflict, Registered, StoredSecret, StoreFailed

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
NAMES = service_names("guard", "eci-system")
MINUTE = timedelta(minutes=1)


@dataclass
class FakeTime:
    """What is the case, whatever a replica's clock shows."""

    now: datetime = NOW
    seconds: float = 1000.0
    """Of the monotonic clock."""

    def pass_by(self, much: timedelta) -> None:
        self.now += much
        self.seconds += much.total_seconds()


class FakeCluster:
    """An API server. Every call lets others have their turn first, as over a network."""

    def __init__(self, time: FakeTime | None = None, entries: Mapping[str, bytes] | None = None) -> None:
        self.time = time or FakeTime()
        self.secret: StoredSecret | None = None
        self.config_map = b""
        self.uid = "uid-1"
        self.entries: dict[str, bytes] | None = dict(entries or {"pods.guard.io": b"", "upgrades.guard.io": b""})
        """The caBundle of each; None where there is no configuration."""
        self.is_down = False
        self.loses_answers = False
        """Whether writes are done, and their answers never come."""
        self.refuses: set[str] = set()
        """Calls that access rights forbid."""
        self.writes: Counter[str] = Counter()
        self.watchers: list[asyncio.Event] = []
        self.ends: dict[x509.Certificate, datetime] = {}
        """When the last leaf of each authority ends."""
        self._version = 0
        self._trusted_since: dict[x509.Certificate, float] = {}

    def stores(self) -> Stores:
        return Stores(secret=FakeSecret(self), bundle=FakeBundle(self), configuration=FakeConfiguration(self))

    async def call(self, name: str) -> None:
        await asyncio.sleep(0)
        if self.is_down:
            raise StoreFailed("the API server cannot be reached")
        if name in self.refuses:
            raise StoreFailed("the API server answered 403 Forbidden")

    def wrote(self, name: str) -> None:
        self.writes[name] += 1
        if self.loses_answers:
            raise StoreFailed("there was no answer within 20 s")

    def put_secret(self, data: Mapping[str, bytes], annotations: Mapping[str, str] | None = None) -> None:
        kept = self.secret.annotations if self.secret else {}
        self._version += 1
        self.secret = StoredSecret(dict(data), kept if annotations is None else annotations, str(self._version))

    def annotate(self, **annotations: str) -> None:
        assert self.secret is not None
        self.put_secret(self.secret.data, annotations)

    def put_entries(self, entries: Mapping[str, bytes] | None, uid: str | None = None) -> None:
        """Change the configuration, as Helm, GitOps or a person would; watchers hear of it."""
        self.entries = None if entries is None else dict(entries)
        self.uid = uid or self.uid
        self._version += 1
        trusted = self.trusted()
        self._trusted_since = {one: self._trusted_since.get(one, self.time.seconds) for one in trusted}
        for watcher in self.watchers:
            watcher.set()

    def trusted(self) -> frozenset[x509.Certificate]:
        """The authorities that every entry has."""
        if not self.entries:
            return frozenset()
        return frozenset.intersection(*(frozenset(read_bundle(one).certificates) for one in self.entries.values()))

    def trusted_for(self, authority: x509.Certificate) -> float | None:
        """Seconds for which every entry has had it without a break."""
        since = self._trusted_since.get(authority)
        return None if since is None else self.time.seconds - since

    def bundle(self) -> tuple[x509.Certificate, ...]:
        """What the Secret says is to be trusted."""
        return read_bundle(self.secret.data.get("ca.crt", b"")).certificates if self.secret else ()

    def authority(self) -> x509.Certificate:
        """The one that signs, as the Secret has it."""
        return self._authority("tls.crt")

    def next_authority(self) -> x509.Certificate | None:
        return self._authority("next.crt") if self.secret and "next.crt" in self.secret.data else None

    def _authority(self, key: str) -> x509.Certificate:
        assert self.secret is not None
        return x509.load_pem_x509_certificate(self.secret.data[key])


class FakeSecret:
    """A Secret in the guard's namespace."""

    def __init__(self, cluster: FakeCluster) -> None:
        self._cluster = cluster

    async def read(self) -> StoredSecret | None:
        await self._cluster.call("read secret")
        return self._cluster.secret

    async def create(self, data: Mapping[str, bytes]) -> None:
        await self._cluster.call("create secret")
        if self._cluster.secret is not None:
            raise Conflict("the API server answered 409 AlreadyExists")
        self._cluster.put_secret(data)
        self._cluster.wrote("secret")

    async def replace(self, data: Mapping[str, bytes], version: str) -> None:
        await self._cluster.call("replace secret")
        if self._cluster.secret is None or self._cluster.secret.version != version:
            raise Conflict("the API server answered 409 Conflict")
        self._cluster.put_secret(data)
        self._cluster.wrote("secret")


class FakeBundle:
    """A ConfigMap in the guard's namespace."""

    def __init__(self, cluster: FakeCluster) -> None:
        self._cluster = cluster

    async def publish(self, bundle: bytes) -> None:
        await self._cluster.call("publish bundle")
        if self._cluster.config_map != bundle:
            self._cluster.config_map = bundle
            self._cluster.wrote("config map")


class FakeConfiguration:
    """A ValidatingWebhookConfiguration."""

    def __init__(self, cluster: FakeCluster) -> None:
        self._cluster = cluster

    async def read(self) -> Registered | None:
        await self._cluster.call("read configuration")
        if self._cluster.entries is None:
            return None
        return Registered(self._cluster.uid, str(self._cluster._version), dict(self._cluster.entries))

    async def inject(self, registered: Registered, bundle: bytes) -> None:
        await self._cluster.call("inject bundle")
        entries = self._cluster.entries
        if entries is None or registered.uid != self._cluster.uid or not registered.bundles.keys() <= entries.keys():
            raise Conflict("the API server answered 409 Conflict")
        self._cluster.put_entries(entries | dict.fromkeys(registered.bundles, bundle))
        self._cluster.wrote("configuration")

    async def changes(self) -> AsyncIterator[None]:
        changed = asyncio.Event()
        self._cluster.watchers.append(changed)
        while True:
            yield
            await changed.wait()
            changed.clear()


@dataclass
class Replica:
    """A process. Its clock may be wrong, and it can be ended and begun anew."""

    cluster: FakeCluster
    behind: timedelta = timedelta(0)
    names: tuple[str, ...] = NAMES
    served: Pair | None = None
    told: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)
    signers: list[x509.Certificate] = field(default_factory=list)
    """Whose leaves it has served since it began, one after the other."""
    on_serve: Callable[["Replica", x509.Certificate], None] | None = None
    """Asked at each new leaf with its signer."""

    def __post_init__(self) -> None:
        self.keeper = self._begin()

    def clock(self) -> datetime:
        return self.cluster.time.now - self.behind

    async def tick(self, times: int = 1, every: timedelta = timedelta(0)) -> None:
        for number in range(times):
            if number:
                self.cluster.time.pass_by(every)
            await self.keeper.tick(self.clock())

    def restart(self) -> None:
        self.keeper, self.served = self._begin(), None
        self.signers.clear()

    @property
    def leaf(self) -> x509.Certificate:
        assert self.served is not None
        return x509.load_pem_x509_certificate(self.served.certificate)

    @property
    def problem(self) -> str:
        return self.keeper.state.problem

    def is_valid(self) -> bool:
        """Whether its leaf is good by its own clock."""
        return self.leaf.not_valid_before_utc <= self.clock() <= self.leaf.not_valid_after_utc

    def is_believed(self) -> bool:
        """Whether an API server, whose clock is right, completes a handshake with it."""
        leaf, now = self.leaf, self.cluster.time.now
        signer = next((one for one in self.cluster.trusted() if is_signed_by(leaf, one)), None)
        return signer is not None and all(
            one.not_valid_before_utc <= now <= one.not_valid_after_utc for one in (leaf, signer)
        )

    def _begin(self) -> Keeper:
        passing = Time(
            clock=self.clock,
            monotonic=lambda: self.cluster.time.seconds,
            sleep=self._sleep,
            pauses=Pauses(random.Random(1)),
        )
        return Keeper(self.names, self.cluster.stores(), self._serve, self._tell, passing)

    async def _sleep(self, seconds: float) -> None:
        """Until the time has gone by, however many others wait for it to go by."""
        until = self.cluster.time.seconds + seconds
        while self.cluster.time.seconds < until:  # noqa: ASYNC110 -- a test moves it
            await asyncio.sleep(0)

    def _serve(self, leaf: Pair) -> None:
        self.served = leaf
        state = self.keeper._agreement.held
        assert state is not None
        assert state.current is not None
        signer = state.current.certificate
        assert is_signed_by(self.leaf, signer)
        ends = self.cluster.ends
        ends[signer] = max(ends.get(signer, self.leaf.not_valid_after_utc), self.leaf.not_valid_after_utc)
        if self.on_serve is not None:
            self.on_serve(self, signer)
        self.signers.append(signer)

    def _tell(self, level: int, event: str, /, **fields: object) -> None:
        assert "PRIVATE" not in str(fields)
        self.told.append((level, event, fields))
