"""Clocks that differ, jump, or are years apart."""

from datetime import timedelta

import pytest
from cryptography import x509

from certs.names import service_names
from tests.certs.bad_weather.replicas import DAY, agreed, started, tick_all
from tests.certs.fakes import MINUTE, NAMES, FakeCluster, Replica

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("behind", [DAY, -DAY, 3 * DAY, -3 * DAY, 100 * DAY, -100 * DAY])
async def test_two_replicas_whose_clocks_differ_agree_and_do_not_fight(behind: timedelta) -> None:
    for days in (0, 2, 244, 300):
        replicas = await started(2, behind=behind)
        cluster = replicas[0].cluster
        for _ in range(days // 2):
            cluster.time.pass_by(2 * DAY)
            await tick_all(replicas)
        await tick_all(replicas, 10)
        writes = cluster.writes.copy()
        await tick_all(replicas, 10)
        assert cluster.writes == writes
        assert agreed(replicas)
        assert writes["secret"] <= 10
        assert replicas[1].is_believed()


@pytest.mark.parametrize("behind", [DAY, -DAY, 200 * DAY, -200 * DAY, 900 * DAY, -900 * DAY, 20_000 * DAY])
async def test_the_one_whose_clock_is_right_is_believed_at_every_moment_whatever_the_other_ones_shows(
    behind: timedelta,
) -> None:
    cluster = FakeCluster()
    right, wrong = Replica(cluster), Replica(cluster, behind)
    await right.tick(3, every=MINUTE)
    for _ in range(140):
        await wrong.tick()
        assert right.is_believed()
        await right.tick()
        assert right.is_believed()
        cluster.time.pass_by(2 * DAY)


async def test_an_authority_that_ended_by_a_clock_years_ahead_stays_trusted_as_long_as_others_sign_with_it() -> None:
    cluster = FakeCluster()
    right, wrong = Replica(cluster), Replica(cluster, -900 * DAY)
    await right.tick(3, every=MINUTE)
    for _ in range(24 * 6):
        for replica in (wrong, right, wrong, wrong):
            await replica.tick()
            assert right.is_believed()
            cluster.time.pass_by(timedelta(minutes=15))


async def test_clocks_that_are_years_apart_are_no_reason_to_write_without_end() -> None:
    cluster = FakeCluster()
    right, wrong = Replica(cluster), Replica(cluster, -900 * DAY)
    await tick_all([right, wrong], 60)
    writes = cluster.writes.copy()
    await tick_all([right, wrong], 60)
    assert cluster.writes == writes
    assert "too often" in wrong.problem
    assert right.is_believed()


@pytest.mark.parametrize("days", [1, 5, 30, 200, 300, 500, 4000])
async def test_a_clock_that_was_set_forth_leaves_no_leaf_that_has_ended(days: int) -> None:
    replicas = await started(3)
    cluster = replicas[0].cluster
    cluster.time.now += days * DAY
    for replica in replicas:
        await replica.tick()
        assert replica.is_valid()
    await tick_all(replicas, 4)
    assert agreed(replicas)
    assert all(replica.is_believed() for replica in replicas)


@pytest.mark.parametrize("days", [0.1, 1, 5, 30, 200, 300, 500, 4000])
async def test_a_clock_that_was_set_back_leaves_no_leaf_that_begins_later_once_all_trust_one_that_does_not(
    days: float,
) -> None:
    replicas = await started(3, days_ago=20)
    cluster = replicas[0].cluster
    cluster.time.now -= days * DAY
    for replica in replicas:
        await replica.tick()
        assert replica.is_valid() or days >= 20
    if days > 20:
        assert "begins at" in replicas[0].problem
        assert "only, by this replica's clock" in replicas[0].problem
    await tick_all(replicas, 4)
    assert agreed(replicas)
    assert all(replica.is_believed() and replica.is_valid() for replica in replicas)


async def test_a_clock_that_jumps_there_and_back_comes_to_rest() -> None:
    replicas = await started(2)
    cluster = replicas[0].cluster
    for days in (400, -400, 3, -3, 800, -800):
        cluster.time.now += days * DAY
        await tick_all(replicas, 5)
        assert all(replica.is_believed() for replica in replicas)
    writes = cluster.writes.copy()
    await tick_all(replicas, 10)
    assert cluster.writes == writes
    assert len(cluster.bundle()) <= 8


# The names.


async def test_when_the_service_is_renamed_guards_of_both_names_live_side_by_side() -> None:
    replicas = await started(2)
    cluster = replicas[0].cluster
    renamed = [Replica(cluster, names=service_names("renamed", "eci-system")) for _ in range(2)]
    await tick_all([*replicas, *renamed], 10)
    assert agreed([*replicas, *renamed])
    assert cluster.writes["secret"] == 3
    names = cluster.authority().extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees
    assert names is not None
    assert {"renamed.eci-system.svc", NAMES[0]} < {str(name.value) for name in names}
    await tick_all(renamed, 3)
    assert cluster.writes["secret"] == 3
