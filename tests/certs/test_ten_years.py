"""Ten years go by, with replicas that come and go and an API server that is away for days: never an invalid moment."""

import asyncio
import random
from datetime import timedelta

import pytest
from cryptography import x509

from tests.certs.fakes import FakeCluster, Replica

YEARS = timedelta(days=3653)
HOUR = timedelta(hours=1)


class Walk:
    """Time, replicas, and what must never be the case."""

    def __init__(self, count: int, seed: int) -> None:
        self.chance = random.Random(seed)
        self.cluster = FakeCluster()
        self.replicas = [Replica(self.cluster, on_serve=self.must_be_trusted) for _ in range(count)]
        self.bundle: frozenset[x509.Certificate] = frozenset()
        self.authorities: set[x509.Certificate] = set()
        self.most = 0

    def must_be_trusted(self, _: Replica, signer: x509.Certificate) -> None:
        if self.authorities - {signer}:  # at the first start there is nobody to miss it
            assert (self.cluster.trusted_for(signer) or 0) >= 60
        self.authorities.add(signer)

    def look(self) -> None:
        """Assert what always holds."""
        for replica in self.replicas:
            if replica.served is not None:
                assert replica.is_valid()
                assert replica.is_believed()
        bundle = frozenset(self.cluster.bundle())
        for gone in self.bundle - bundle:
            assert self.cluster.ends.get(gone, self.cluster.time.now) <= self.cluster.time.now
        self.bundle = bundle
        self.most = max(self.most, len(bundle))

    async def go(self) -> None:
        """Go on by hours or a day or two, now and again with the API server away, or with a new replica."""
        await asyncio.gather(*(replica.tick() for replica in self.replicas))
        begin, back_at = self.cluster.time.now, self.cluster.time.now
        while self.cluster.time.now - begin < YEARS:
            self.cluster.time.pass_by(self.chance.uniform(1, 48) * HOUR)
            self.cluster.is_down = self.cluster.time.now < back_at
            if self.chance.random() < 1 / 100:
                back_at = self.cluster.time.now + self.chance.uniform(1, 40 * 24) * HOUR
            if self.chance.random() < 1 / 50 and not self.cluster.is_down:
                self.chance.choice(self.replicas).restart()
            self.chance.shuffle(self.replicas)
            if self.chance.random() < 1 / 8:
                await asyncio.gather(*(replica.tick() for replica in self.replicas))
            for replica in self.replicas:
                await replica.tick()
                self.look()


@pytest.mark.anyio
@pytest.mark.parametrize("count", [1, 3])
async def test_there_is_never_an_invalid_moment_and_little_is_written(count: int) -> None:
    walk = Walk(count, seed=count)
    await walk.go()
    changes = len(walk.authorities) - 1
    assert 13 <= changes <= 16
    assert walk.most <= 3
    # A change is: the next one, then it signs, and months later the one before is trusted no longer.
    assert walk.cluster.writes["secret"] <= 1 + 3 * changes
    assert walk.cluster.writes["configuration"] <= (1 + 2 * changes) * count
    assert walk.cluster.writes["config map"] <= 1 + 2 * changes
