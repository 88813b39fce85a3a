"""One replica in fair weather: what it makes, publishes, serves, renews and says."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from certs.agreement import RENEW_AUTHORITY, RENEW_LEAVES
from certs.bundle import fingerprint, written_bundle
from certs.leaf import is_signed_by
from certs.pair import Pair
from certs.reading import BadPair
from tests.certs.fakes import MINUTE, FakeCluster, Replica

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)
Until = Callable[[Callable[[], object]], Awaitable[None]]


@asynccontextmanager
async def running(replica: Replica) -> AsyncIterator[Until]:
    """Run its keeper, and yield what waits until something is so, without any time going by."""
    task = asyncio.create_task(replica.keeper.run())

    async def until(condition: Callable[[], object]) -> None:
        for _ in range(500):
            if condition():
                return
            await asyncio.sleep(0)
        raise AssertionError(replica.keeper.state, replica.told)

    try:
        yield until
    finally:
        task.cancel()
        (ended,) = await asyncio.gather(task, return_exceptions=True)
    assert isinstance(ended, asyncio.CancelledError), ended


async def test_at_the_first_start_everything_is_there_at_once(cluster: FakeCluster, replica: Replica) -> None:
    await replica.tick()
    assert cluster.bundle() == (cluster.authority(),)
    assert cluster.config_map == written_bundle(cluster.bundle())
    assert cluster.entries is not None
    assert set(cluster.entries.values()) == {cluster.config_map}
    assert is_signed_by(replica.leaf, cluster.authority())
    assert replica.is_valid()
    assert replica.is_believed()
    assert replica.problem == ""


async def test_what_was_done_is_told_with_whom_it_is_about(cluster: FakeCluster, replica: Replica) -> None:
    await replica.tick()
    assert replica.told == [
        (logging.INFO, "authorities written", {"why": "there was no authority: made one", "problems": ()}),
        (
            logging.INFO,
            "authority taken up",
            {"fingerprint": fingerprint(cluster.authority()), "until": "2027-11-22T09:00:00Z"},
        ),
        (logging.INFO, "bundle injected", {"entries": len(cluster.entries or ())}),
        (logging.INFO, "leaf renewed", {"why": "there was none", "until": "2026-11-29T09:00:00Z"}),
    ]


async def test_where_nothing_changes_nothing_is_written_and_nothing_is_said(
    cluster: FakeCluster, replica: Replica
) -> None:
    await replica.tick()
    served, told, writes = replica.served, len(replica.told), cluster.writes.copy()
    await replica.tick(100, every=MINUTE)
    assert (replica.served, len(replica.told), cluster.writes) == (served, told, writes)


async def test_the_state_tells_what_is_served_and_by_whom(cluster: FakeCluster, replica: Replica) -> None:
    empty = replica.keeper.state
    assert (empty.leaf, empty.authority, empty.next, empty.bundle, empty.leaf_changed_at) == (
        None,
        None,
        None,
        b"",
        None,
    )
    await replica.tick()
    state = replica.keeper.state
    assert state.leaf is not None
    assert state.authority is not None
    assert state.leaf.fingerprint == fingerprint(replica.leaf)
    assert (state.leaf.not_before, state.leaf.not_after) == (
        replica.leaf.not_valid_before_utc,
        replica.leaf.not_valid_after_utc,
    )
    assert state.authority.fingerprint == fingerprint(cluster.authority())
    assert state.bundle == cluster.config_map
    assert state.leaf_changed_at == state.authority_changed_at == replica.clock()
    assert state.injection_failures == 0


async def test_a_leaf_is_renewed_at_two_thirds_of_its_life_by_the_same_authority(
    cluster: FakeCluster, replica: Replica
) -> None:
    await replica.tick()
    first, authority = replica.leaf, cluster.authority()
    cluster.time.pass_by(4.6 * DAY)
    await replica.tick()
    assert replica.leaf == first
    cluster.time.pass_by(0.1 * DAY)
    await replica.tick()
    assert replica.leaf != first
    assert is_signed_by(replica.leaf, authority)
    assert replica.keeper.state.leaf_changed_at == replica.clock()
    assert replica.told[-1][2]["why"] == "two thirds of its life were over at 2026-11-27T00:58:20Z"
    assert cluster.writes == {"secret": 1, "configuration": 1, "config map": 1}


async def test_a_change_of_authority_takes_a_minute_in_which_everybody_comes_to_trust_the_next_one(
    cluster: FakeCluster, replica: Replica
) -> None:
    await replica.tick()
    old = cluster.authority()
    cluster.time.pass_by(250 * DAY)
    await replica.tick()
    following = cluster.next_authority()
    assert following is not None
    assert cluster.trusted() == {old, following}
    await replica.tick(4, every=timedelta(seconds=15))
    assert is_signed_by(replica.leaf, old)
    assert replica.keeper.state.next is not None
    await replica.tick(2, every=timedelta(seconds=15))
    assert cluster.authority() == following
    assert is_signed_by(replica.leaf, following)
    assert (cluster.trusted_for(following) or 0) >= 60
    assert replica.keeper.state.authority_changed_at == replica.clock()
    assert cluster.trusted() == {old, following}
    cluster.time.pass_by(120 * DAY)
    await replica.tick()
    assert cluster.trusted() == set(cluster.bundle()) == {following}


async def test_the_authority_is_changed_once_when_somebody_asks(cluster: FakeCluster, replica: Replica) -> None:
    await replica.tick()
    old = cluster.authority()
    written = fingerprint(old).upper()
    cluster.annotate(**{RENEW_AUTHORITY: ":".join(written[at : at + 2] for at in range(0, 64, 2))})
    await replica.tick(5, every=MINUTE)
    new = cluster.authority()
    assert new != old
    assert is_signed_by(replica.leaf, new)
    await replica.tick(5, every=MINUTE)
    assert (cluster.authority(), cluster.next_authority()) == (new, None)


async def test_each_leaf_is_renewed_once_when_somebody_asks() -> None:
    cluster = FakeCluster()
    replicas = [Replica(cluster), Replica(cluster)]
    for replica in replicas:
        await replica.tick()
    first = [replica.leaf for replica in replicas]
    cluster.annotate(**{RENEW_LEAVES: "2026-11-22, after the drill"})
    for replica in replicas:
        await replica.tick()
    second = [replica.leaf for replica in replicas]
    assert not set(first) & set(second)
    cluster.time.pass_by(MINUTE)
    for replica in replicas:
        await replica.tick()
    assert [replica.leaf for replica in replicas] == second


async def test_a_replica_that_joins_takes_what_is_there_and_serves_at_once() -> None:
    cluster = FakeCluster()
    first, second = Replica(cluster), Replica(cluster)
    await first.tick()
    await second.tick()
    assert is_signed_by(second.leaf, cluster.authority())
    assert second.leaf != first.leaf
    assert cluster.writes["secret"] == 1


async def test_ten_replicas_that_begin_at_once_agree_on_one_authority() -> None:
    for made_by_a_chart in (False, True):
        cluster = FakeCluster()
        if made_by_a_chart:
            cluster.put_secret({})
        replicas = [Replica(cluster) for _ in range(10)]
        await asyncio.gather(*(replica.tick() for replica in replicas))
        assert cluster.writes["secret"] == 1
        assert all(is_signed_by(replica.leaf, cluster.authority()) for replica in replicas)
        assert all(len(replica.signers) == 1 and replica.problem == "" for replica in replicas)
        assert cluster.trusted() == {cluster.authority()}


async def test_ten_replicas_that_find_it_due_at_once_make_one_next_authority() -> None:
    cluster = FakeCluster()
    replicas = [Replica(cluster) for _ in range(10)]
    await asyncio.gather(*(replica.tick() for replica in replicas))
    old = cluster.authority()
    cluster.time.pass_by(250 * DAY)
    for _ in range(4):
        await asyncio.gather(*(replica.tick() for replica in replicas))
        cluster.time.pass_by(MINUTE)
    assert cluster.writes["secret"] == 3
    assert set(cluster.bundle()) == {old, cluster.authority()}
    assert all(is_signed_by(replica.leaf, cluster.authority()) for replica in replicas)


async def test_it_looks_once_a_minute(monkeypatch: pytest.MonkeyPatch, cluster: FakeCluster, replica: Replica) -> None:
    looks: list[float] = []
    tick = replica.keeper.tick

    async def count(now: datetime) -> None:
        looks.append(cluster.time.seconds)
        await tick(now)

    monkeypatch.setattr(replica.keeper, "tick", count)
    async with running(replica) as until:
        await until(lambda: replica.served and len(looks) > 1)
        looks.clear()
        for _ in range(600):
            cluster.time.pass_by(timedelta(seconds=1))
            for _ in range(20):
                await asyncio.sleep(0)
    assert 10 <= len(looks) <= 14
    assert max(after - before for before, after in pairwise(looks)) <= 61


async def test_the_config_map_is_written_when_the_bundle_changes_and_else_every_ten_minutes(
    monkeypatch: pytest.MonkeyPatch, cluster: FakeCluster, replica: Replica
) -> None:
    calls, published = cluster.call, [0]

    async def call(name: str) -> None:
        published[0] += name == "publish bundle"
        await calls(name)

    monkeypatch.setattr(cluster, "call", call)
    await replica.tick(10, every=MINUTE)
    assert published == [1]
    await replica.tick(2, every=MINUTE)
    assert published == [2]
    cluster.annotate(**{RENEW_AUTHORITY: fingerprint(cluster.authority())})
    await replica.tick()
    assert published == [3]
    assert cluster.config_map == written_bundle(cluster.bundle())
    assert len(cluster.bundle()) == 2


async def test_while_something_is_amiss_it_looks_much_sooner(cluster: FakeCluster, replica: Replica) -> None:
    good = replica.keeper._serving._serve

    def refuse(_: Pair) -> None:
        raise BadPair("there is no folder")

    replica.keeper._serving._serve = refuse
    async with running(replica) as until:
        await until(lambda: replica.problem)
        for _ in range(100):  # what is looked at for other reasons
            await asyncio.sleep(0)
        replica.keeper._serving._serve = good
        cluster.time.pass_by(timedelta(seconds=10))
        await until(lambda: replica.problem == "")


async def test_it_runs_until_it_is_cancelled(cluster: FakeCluster, replica: Replica) -> None:
    async with running(replica) as until:
        await until(lambda: replica.served and replica.is_believed())
        first = replica.leaf
        for _ in range(100):
            await asyncio.sleep(0)
        cluster.time.pass_by(5 * DAY)
        await until(lambda: replica.leaf != first)


async def test_a_bundle_that_somebody_resets_is_put_back_without_any_time_going_by(
    cluster: FakeCluster, replica: Replica
) -> None:
    async with running(replica) as until:
        await until(lambda: cluster.trusted() and cluster.watchers)
        assert cluster.entries is not None
        for entries in (
            dict.fromkeys(cluster.entries, b""),
            {"renamed.guard.io": b""},
            cluster.entries | {"more.guard.io": b"not ours"},
        ):
            cluster.put_entries(entries)
            await until(lambda: cluster.authority() in cluster.trusted())
            assert set(cluster.entries.values()) == {cluster.config_map}
            assert set(cluster.entries) == set(entries)


async def test_who_is_set_back_each_time_does_not_fight_at_full_speed(cluster: FakeCluster, replica: Replica) -> None:
    async with running(replica) as until:
        await until(lambda: cluster.trusted() and cluster.watchers)
        before, seconds = cluster.writes["configuration"], 600
        for _ in range(seconds * 10):
            cluster.put_entries({"pods.guard.io": b""})
            for _ in range(12):
                await asyncio.sleep(0)
            cluster.time.pass_by(timedelta(seconds=0.1))
        assert 60 < cluster.writes["configuration"] - before <= 10 + 1 + seconds / 5


async def test_a_fault_of_ours_is_said_without_what_it_was_about_and_does_not_end_the_keeping(
    cluster: FakeCluster, replica: Replica
) -> None:
    good = replica.keeper._serving._serve

    def fail(_: Pair) -> None:
        raise ValueError("secret")

    replica.keeper._serving._serve = fail
    async with running(replica) as until:
        await until(lambda: replica.problem)
        assert replica.problem == "internal error: ValueError"
        replica.keeper._serving._serve = good
        cluster.time.pass_by(MINUTE)
        await until(lambda: replica.served and not replica.problem)


async def test_a_leaf_that_cannot_be_served_is_offered_again(cluster: FakeCluster, replica: Replica) -> None:
    good = replica.keeper._serving._serve

    def refuse(_: Pair) -> None:
        raise BadPair("there is no folder")

    replica.keeper._serving._serve = refuse
    await replica.tick()
    assert replica.problem == "the new certificate cannot be served: there is no folder"
    assert replica.keeper.state.leaf is None
    assert cluster.trusted()
    replica.keeper._serving._serve = good
    await replica.tick()
    assert replica.is_believed()
    assert replica.problem == ""


async def test_changes_that_come_no_longer_are_said_and_it_goes_on_once_a_minute(
    monkeypatch: pytest.MonkeyPatch, cluster: FakeCluster, replica: Replica
) -> None:

    async def no_changes() -> AsyncIterator[None]:
        yield
        raise RuntimeError

    monkeypatch.setattr(replica.keeper._stores.configuration, "changes", no_changes)
    async with running(replica) as until:
        await until(lambda: "changes are followed no longer" in [event for _, event, _ in replica.told])
        (said,) = [fields for _, event, fields in replica.told if event == "changes are followed no longer"]
        assert said == {"error": "RuntimeError"}
        cluster.put_entries({"pods.guard.io": b""})
        cluster.time.pass_by(MINUTE)
        await until(cluster.trusted)
