"""The webhook configuration, the ConfigMap or the right to them is missing, or somebody resets them."""

from datetime import timedelta

import pytest

from certs.leaf import is_signed_by
from tests.certs.bad_weather.replicas import DAY, agreed, reset_entries, started, tick_all
from tests.certs.fakes import MINUTE, FakeCluster, Replica

pytestmark = pytest.mark.anyio


async def test_without_the_right_to_patch_it_the_next_authority_never_signs_until_the_right_comes() -> None:
    replicas = await started(2)
    cluster = replicas[0].cluster
    old = cluster.authority()
    cluster.refuses = {"inject bundle"}
    cluster.time.pass_by(250 * DAY)
    for _ in range(50):
        await tick_all(replicas)
        cluster.time.pass_by(2 * DAY)
    assert cluster.authority() == old
    assert cluster.next_authority() is not None
    assert all(replica.is_valid() and replica.is_believed() for replica in replicas)
    problem = "the bundle cannot be put into the webhook configuration: the API server answered 403 Forbidden"
    assert replicas[0].problem == problem
    assert replicas[0].keeper.state.injection_failures >= 50
    cluster.refuses = set()
    await tick_all(replicas, 4)
    assert agreed(replicas)
    assert cluster.authority() != old
    assert all(replica.is_believed() for replica in replicas)


async def test_without_the_right_to_read_it_it_is_the_same() -> None:
    (replica,) = await started(1)
    cluster = replica.cluster
    old = cluster.authority()
    cluster.refuses = {"read configuration"}
    cluster.time.pass_by(250 * DAY)
    await tick_all([replica], 10)
    assert cluster.authority() == old
    assert "the webhook configuration cannot be read: the API server answered 403 Forbidden" in replica.problem


async def test_without_the_right_to_the_config_map_all_else_goes_on() -> None:
    cluster = FakeCluster()
    cluster.refuses = {"publish bundle"}
    replica = Replica(cluster)
    await replica.tick()
    assert replica.is_believed()
    assert replica.problem == "the bundle cannot be put into its ConfigMap: the API server answered 403 Forbidden"


async def test_a_config_map_that_somebody_deletes_comes_back_within_minutes() -> None:
    (replica,) = await started(1)
    replica.cluster.config_map = b""
    await tick_all([replica], 11)
    assert replica.cluster.config_map


async def test_a_configuration_that_is_missing_comes_later_and_is_recreated() -> None:
    cluster = FakeCluster()
    cluster.put_entries(None)
    replica = Replica(cluster)
    await replica.tick(3, every=MINUTE)
    assert replica.problem == ""
    for uid in ("one", "two"):
        cluster.put_entries({"pods.guard.io": b""}, uid=uid)
        await replica.tick()
        assert replica.is_believed()


async def test_with_no_configuration_a_change_of_authority_waits_for_nobody() -> None:
    (replica,) = await started(1)
    cluster = replica.cluster
    old = cluster.authority()
    cluster.put_entries(None)
    cluster.time.pass_by(250 * DAY)
    await replica.tick()
    assert cluster.authority() != old
    assert set(cluster.bundle()) == {old, cluster.authority()}


@pytest.mark.parametrize("what", ["recreated", "renamed"])
async def test_one_that_is_another_by_the_time_of_writing_is_read_again(
    what: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (replica,) = await started(1)
    cluster = replica.cluster
    cluster.put_entries({"pods.guard.io": b""})
    calls, left = cluster.call, [1]

    async def call(name: str) -> None:
        await calls(name)
        if name == "inject bundle" and left:
            left.clear()
            cluster.put_entries({f"{what}.guard.io" if what == "renamed" else "pods.guard.io": b""}, uid=what)

    monkeypatch.setattr(cluster, "call", call)
    await replica.tick()
    assert not left
    assert replica.is_believed()
    assert replica.keeper.state.injection_failures == 0


async def test_one_that_is_another_each_time_is_a_problem_until_it_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    (replica,) = await started(1)
    cluster = replica.cluster
    calls, restless = cluster.call, True

    async def call(name: str) -> None:
        await calls(name)
        if name == "inject bundle" and restless:
            cluster.put_entries({"pods.guard.io": b""}, uid=f"{cluster.uid}+")

    monkeypatch.setattr(cluster, "call", call)
    cluster.put_entries({"pods.guard.io": b""})
    await replica.tick()
    cannot = "the bundle cannot be put into the webhook configuration"
    assert replica.problem == f"{cannot}: it was made anew each time before this replica could write"
    restless = False
    await replica.tick()
    assert agreed([replica])


async def test_a_reset_during_a_change_of_authority_makes_it_wait_a_minute_more() -> None:
    (replica,) = await started(1, days_ago=250)
    cluster = replica.cluster
    following = cluster.next_authority()
    assert following is not None
    for _ in range(5):
        await replica.tick(2, every=timedelta(seconds=50))
        assert is_signed_by(replica.leaf, cluster.authority())
        assert cluster.authority() != following
        reset_entries(cluster)
        await replica.tick()
        assert replica.is_believed()
    await replica.tick(4, every=timedelta(seconds=50))
    assert cluster.authority() == following


async def test_a_configuration_that_cannot_be_read_for_a_moment_makes_it_wait_a_minute_more_too() -> None:
    (replica,) = await started(1, days_ago=250)
    cluster = replica.cluster
    old = cluster.authority()
    for _ in range(5):
        await replica.tick(2, every=timedelta(seconds=50))
        cluster.refuses = {"read configuration"}
        await replica.tick()
        cluster.refuses = set()
        cluster.time.pass_by(timedelta(seconds=20))
        await replica.tick()
        assert cluster.authority() == old
    await replica.tick(3, every=timedelta(seconds=50))
    assert cluster.authority() != old


# Clocks.
