"""Replicas that have agreed, before the weather turns."""

from datetime import timedelta

from certs.leaf import is_signed_by
from tests.certs.fakes import MINUTE, FakeCluster, Replica

DAY = timedelta(days=1)


async def tick_all(replicas: list[Replica], times: int = 1, every: timedelta = MINUTE) -> None:
    for _ in range(times):
        for replica in replicas:
            await replica.tick()
        replicas[0].cluster.time.pass_by(every)


async def started(count: int, days_ago: float = 0, behind: timedelta = timedelta(0)) -> list[Replica]:
    """Replicas, the first of which may have a wrong clock, of an authority made so long ago."""
    cluster = FakeCluster()
    replicas = [Replica(cluster, behind), *(Replica(cluster) for _ in range(count - 1))]
    await tick_all(replicas[::-1], 3)
    if days_ago:
        cluster.time.pass_by(days_ago * DAY)
        await tick_all(replicas)
    return replicas


def reset_entries(cluster: FakeCluster) -> None:
    cluster.put_entries(dict.fromkeys(cluster.entries or {}, b""))


def agreed(replicas: list[Replica]) -> bool:
    cluster = replicas[0].cluster
    return all(is_signed_by(replica.leaf, cluster.authority()) and replica.problem == "" for replica in replicas)


# The Secret.
