"""Whatever happens, and in whatever order: rules that hold at every moment, and rest once the weather is fair."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from cryptography import x509
from hypothesis import example, given, settings
from hypothesis import strategies as st

from certs.agreement import RENEW_AUTHORITY, RENEW_LEAVES
from certs.authority import make_authority
from certs.bundle import MOST, fingerprint
from certs.chest import read_chest
from certs.leaf import is_signed_by
from certs.validity import has_begun, has_ended
from tests.certs.fakes import MINUTE, NAMES, FakeCluster, Replica
from tests.certs.forging import forge

DAY = timedelta(days=1)
FOREIGN = [forge(), make_authority(NAMES, FakeCluster().time.now - 100 * DAY)]


@dataclass
class World:
    """Three replicas and their API server."""

    cluster: FakeCluster = field(default_factory=FakeCluster)
    disturbed: bool = True
    """Whether somebody interfered since all was well: then an authority may have to sign before all trust it."""
    steps: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.replicas = [Replica(self.cluster, on_serve=self.must_not_be_missed) for _ in range(3)]

    def must_not_be_missed(self, replica: Replica, signer: x509.Certificate) -> None:
        """Assert that nobody gives up a leaf that is believed for one that is not."""
        if not replica.signers or replica.signers[-1] == signer:
            return
        before = replica.signers[-1]
        if before not in self.cluster.trusted() or has_ended(before, replica.clock()):
            return
        assert self.cluster.trusted_for(signer) is not None
        assert self.disturbed or (self.cluster.trusted_for(signer) or 0) >= 60

    async def tick(self, replica: Replica) -> None:
        await replica.tick()
        if replica.problem == "":
            signers = {self.cluster.authority(), *self.cluster.trusted()}  # of the one before, for a minute at most
            assert any(is_signed_by(replica.leaf, one) for one in signers)
            assert replica.is_valid()
        self.look()

    def look(self) -> None:
        assert len(self.cluster.bundle()) <= MOST or self.disturbed
        for replica in self.replicas:
            held = replica.keeper._agreement.held
            if held is not None and held.current is not None:
                assert held.current.certificate in held.bundle
                assert len(held.bundle) <= MOST

    async def rest(self) -> None:
        """Assert that all agree, after a day of fair weather, and that nothing is written any more."""
        cluster = self.cluster
        cluster.is_down = cluster.loses_answers = False
        cluster.refuses = set()
        if cluster.entries is None:
            cluster.put_entries({"pods.guard.io": b""}, uid="at last")
        for pause in (*[DAY / 4] * 6, *[MINUTE] * 12):
            cluster.time.pass_by(pause)
            for replica in self.replicas:
                await self.tick(replica)
        writes = cluster.writes.copy()
        for _ in range(4):
            cluster.time.pass_by(MINUTE)
            for replica in self.replicas:
                await self.tick(replica)
        assert cluster.writes == writes
        assert cluster.secret is not None
        assert read_chest(cluster.secret.data).problems == ()
        assert set(cluster.bundle()) == cluster.trusted()
        for replica in self.replicas:
            assert replica.problem == ""
            assert has_begun(cluster.authority(), replica.clock())
            assert is_signed_by(replica.leaf, cluster.authority())


Event = Callable[[World], None]


def event(name: str, happen: Callable[[World], object], *, disturbs: bool = True) -> tuple[str, Event]:
    def take_place(world: World) -> None:
        world.steps.append(name)
        world.disturbed |= disturbs
        happen(world)

    return name, take_place


def spoil(world: World, key: str, value: bytes) -> None:
    if world.cluster.secret is not None:
        world.cluster.put_secret(dict(world.cluster.secret.data) | {key: value})


def lose(world: World, key: str) -> None:
    if world.cluster.secret is not None:
        world.cluster.put_secret({name: value for name, value in world.cluster.secret.data.items() if name != key})


def delete(world: World) -> None:
    world.cluster.secret = None


def set_clock(world: World, which: int, behind: timedelta) -> None:
    world.replicas[which].behind = behind


def restart(world: World, which: int) -> None:
    world.replicas[which].restart()


def ask(world: World) -> None:
    if world.cluster.secret is not None and "tls.crt" in world.cluster.secret.data:
        try:
            wish = fingerprint(world.cluster.authority())
        except ValueError:
            return
        world.cluster.annotate(**{RENEW_AUTHORITY: wish, RENEW_LEAVES: wish})


def reset(world: World, value: bytes) -> None:
    if world.cluster.entries is not None:
        world.cluster.put_entries(dict.fromkeys(world.cluster.entries, value))


def put_foreign(world: World, which: int) -> None:
    pair = FOREIGN[which]
    world.cluster.put_secret({"tls.crt": pair.certificate, "tls.key": pair.key, "ca.crt": pair.certificate})


def switch(name: str, **values: object) -> tuple[str, Event]:
    def turn(world: World) -> None:
        for key, value in values.items():
            setattr(world.cluster, key, value)

    return event(name, turn)


KEYS = ("tls.crt", "tls.key", "next.crt", "next.key", "ca.crt")
EVENTS = dict(
    [
        event("secret deleted", delete),
        *[event(f"{key} lost", partial(lose, key=key)) for key in KEYS],
        *[event(f"{key} is junk", partial(spoil, key=key, value=b"?")) for key in KEYS],
        *[event(f"{key} foreign", partial(spoil, key=key, value=FOREIGN[0].key)) for key in KEYS],
        *[event(f"foreign authority {which}", partial(put_foreign, which=which)) for which in (0, 1)],
        *[event(f"restart {which}", partial(restart, which=which)) for which in range(3)],
        *[
            event(f"clock of {which} is {days} days behind", partial(set_clock, which=which, behind=days * DAY))
            for which in range(3)
            for days in (0, 1, -1, 20, -20)
        ],
        event("asked", ask, disturbs=False),
        event("bundles emptied", partial(reset, value=b"")),
        event("bundles foreign", partial(reset, value=FOREIGN[0].certificate)),
        event("entry renamed", lambda world: world.cluster.put_entries({"renamed.guard.io": b"", "more": b"?"})),
        event("configuration deleted", lambda world: world.cluster.put_entries(None)),
        event("configuration anew", lambda world: world.cluster.put_entries({"pods.guard.io": b""}, uid="another")),
        switch("away", is_down=True),
        switch("back", is_down=False),
        switch("loses answers", loses_answers=True),
        switch("loses none", loses_answers=False),
        switch("may not inject", refuses={"inject bundle"}),
        switch("may not write", refuses={"replace secret", "create secret"}),
        switch("may do all", refuses=set()),
    ],
)
PAUSES = [timedelta(0), timedelta(seconds=20), MINUTE, timedelta(hours=5), DAY, 4 * DAY, 60 * DAY]
steps = st.tuples(
    st.sampled_from(PAUSES),
    st.sampled_from(["nothing", "nothing", *EVENTS]),
    st.lists(st.integers(0, 2), max_size=4),
)


async def walk(taken: list[tuple[timedelta, str, list[int]]]) -> None:
    world = World()
    await asyncio.gather(*(replica.tick() for replica in world.replicas))
    for pause, name, ticking in taken:
        world.cluster.time.pass_by(pause)
        if name in EVENTS:
            EVENTS[name](world)
        for number in ticking:
            await world.tick(world.replicas[number])
    await world.rest()
    world.disturbed = False
    for _ in range(5):
        world.cluster.time.pass_by(50 * DAY)
        for replica in world.replicas:
            await world.tick(replica)
    await world.rest()


FOREIGN_THRICE = [(timedelta(0), "foreign authority 0", [0])] * 3
"""The third time the one of the leaf that is served is gone from all that is trusted."""


@settings(max_examples=60)
@given(st.lists(steps, max_size=25))
@example(FOREIGN_THRICE)
def test_no_replica_gives_up_what_is_believed_and_all_come_to_agree(
    taken: list[tuple[timedelta, str, list[int]]],
) -> None:
    asyncio.run(walk(taken))
