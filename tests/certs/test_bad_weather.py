"""What can go wrong, one thing at a time: what is said of it, and that it heals once the cause is gone."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509

from certs import in_time
from certs.agreement import RENEW_AUTHORITY
from certs.authority import make_authority
from certs.bundle import fingerprint, written_bundle
from certs.chest import Chest, data_of
from certs.leaf import is_signed_by
from certs.names import service_names
from certs.pair import Pair
from certs.reading import read_authority
from certs.state import Shown
from certs.stores import StoredSecret
from tests.certs.fakes import MINUTE, NAMES, NOW, FakeCluster, Replica
from tests.certs.forging import forge

pytestmark = pytest.mark.anyio
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


SPOILT: dict[str, Callable[[StoredSecret], dict[str, bytes] | None]] = {
    "deleted": lambda _: None,
    "emptied": lambda _: {},
    "of another type": lambda _: {".dockerconfigjson": b"{}"},
    "of another size": lambda secret: dict(secret.data) | {"tls.crt": b"x" * 900_000},
    "half written": lambda secret: {"tls.crt": secret.data["tls.crt"][:200]},
    "with a foreign key": lambda secret: dict(secret.data) | {"tls.key": forge().key},
    "with a foreign certificate": lambda secret: dict(secret.data) | {"tls.crt": forge().certificate},
    "with a leaf in it": lambda secret: dict(secret.data) | _data(forge(extensions=())),
    "with a foreign authority": lambda _: _data(make_authority(NAMES, FakeCluster().time.now)),
    "with an authority that permits everything": lambda _: _data(forge()),
    "without a bundle": lambda secret: {key: secret.data[key] for key in ("tls.crt", "tls.key")},
    "with a foreign bundle": lambda secret: dict(secret.data) | {"ca.crt": forge().certificate},
}


def _data(pair: Pair) -> dict[str, bytes]:
    return {"tls.crt": pair.certificate, "tls.key": pair.key, "ca.crt": pair.certificate}


@pytest.mark.parametrize("how", SPOILT)
async def test_a_secret_that_is_spoilt_is_put_right_from_memory_and_no_call_fails_meanwhile(how: str) -> None:
    replicas = await started(3)
    cluster = replicas[0].cluster
    old = cluster.authority()
    assert cluster.secret is not None
    data = SPOILT[how](cluster.secret)
    if data is None:
        cluster.secret = None
    else:
        cluster.put_secret(data)
    for _ in range(5):
        for replica in replicas:
            await replica.tick()
            assert all(one.is_believed() for one in replicas)
        cluster.time.pass_by(MINUTE)
    assert agreed(replicas)
    assert cluster.authority() == old
    assert old in cluster.bundle()
    assert cluster.writes["secret"] == 2
    writes = cluster.writes.copy()
    await tick_all(replicas, 3)
    assert cluster.writes == writes


@pytest.mark.parametrize("how", SPOILT)
async def test_a_spoilt_secret_that_nobody_holds_is_made_anew_and_stays_so(how: str) -> None:
    replicas = await started(3)
    cluster = replicas[0].cluster
    assert cluster.secret is not None
    data = SPOILT[how](cluster.secret)
    cluster.secret = None
    if data is not None:
        cluster.put_secret(data)
    for replica in replicas:
        replica.restart()
    await asyncio.gather(*(replica.tick() for replica in replicas))
    await tick_all(replicas, 3)
    assert agreed(replicas)
    assert all(replica.is_believed() for replica in replicas)
    assert cluster.writes["secret"] <= 2


async def test_what_was_wrong_with_the_secret_is_said() -> None:
    (replica,) = await started(1)
    assert replica.cluster.secret is not None
    replica.cluster.put_secret(dict(replica.cluster.secret.data) | {"tls.key": forge().key})
    await replica.tick()
    assert ("authorities written", "there was no authority: wrote back the one held") in [
        (event, fields["why"]) for _, event, fields in replica.told if "problems" in fields
    ]
    assert replica.told[-1][0] == logging.WARNING
    assert replica.told[-1][2]["problems"] == ("tls.crt and tls.key: the key is another than the certificate's",)


async def test_an_old_backup_of_the_secret_harms_nobody() -> None:
    for days_later in (30, 200, 500):
        replicas = await started(2)
        cluster = replicas[0].cluster
        assert cluster.secret is not None
        backup = dict(cluster.secret.data)
        for _ in range(125):
            cluster.time.pass_by(2 * DAY)
            await tick_all(replicas, 3)
        for _ in range(days_later // 2):
            cluster.time.pass_by(2 * DAY)
            await tick_all(replicas)
        cluster.put_secret(backup)
        for _ in range(6):
            await tick_all(replicas)
            assert all(replica.is_believed() for replica in replicas)
        assert agreed(replicas)


async def test_a_replica_that_begins_while_the_secret_is_gone_takes_trust_from_nobody() -> None:
    """Who deletes it and restarts the Deployment in one line meets others that still serve what stood in it."""
    (old,) = await started(1)
    cluster = old.cluster
    before = cluster.authority()
    cluster.secret = None
    new = Replica(cluster)
    await new.tick()
    assert cluster.authority() != before
    assert before in cluster.trusted()
    for _ in range(5):
        await tick_all([old, new], every=timedelta(seconds=13))
        assert old.is_believed()
        assert new.is_believed()
        assert is_signed_by(old.leaf, before), "the one that came is trusted for less than a minute"
    await tick_all([old, new], 2)
    assert agreed([old, new])


async def test_a_rotation_that_is_asked_for_is_never_put_off() -> None:
    (replica,) = await started(1)
    cluster = replica.cluster
    for _ in range(12):
        before = cluster.authority()
        cluster.annotate(**{RENEW_AUTHORITY: fingerprint(before)})
        await tick_all([replica], 3)
        assert cluster.authority() != before
        assert agreed([replica])


# The API server.


async def test_while_it_cannot_be_reached_what_is_held_is_served_and_renewed() -> None:
    replicas = await started(2)
    cluster = replicas[0].cluster
    cluster.is_down = True
    for _ in range(60):
        cluster.time.pass_by(DAY)
        await tick_all(replicas)
        assert all(replica.is_valid() and replica.is_believed() for replica in replicas)
    assert "the API server cannot be reached" in replicas[0].problem
    assert sum(event == "certificates are not in order" for _, event, _ in replicas[0].told) == 1
    cluster.is_down = False
    await tick_all(replicas)
    assert agreed(replicas)
    assert replicas[0].told[-1][1] == "certificates are in order again"


async def test_without_it_at_the_start_nothing_is_served_and_that_is_said() -> None:
    replica = Replica(FakeCluster())
    replica.cluster.is_down = True
    await replica.tick(3, every=MINUTE)
    assert replica.served is None
    assert "the authority's Secret cannot be kept: the API server cannot be reached" in replica.problem
    replica.cluster.is_down = False
    await replica.tick()
    assert replica.is_believed()


async def test_answers_that_are_lost_are_found_out_by_reading_again() -> None:
    cluster = FakeCluster()
    replicas = [Replica(cluster) for _ in range(3)]
    cluster.loses_answers = True
    await tick_all(replicas)
    cluster.loses_answers = False
    await tick_all(replicas, 2)
    assert agreed(replicas)
    assert cluster.writes["secret"] == 1


async def test_a_question_without_an_answer_does_not_keep_a_leaf_from_being_renewed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(in_time, "LONGEST", 0.01)
    (replica,) = await started(1)
    cluster = replica.cluster

    async def silence(_: str) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(cluster, "call", silence)
    first = replica.leaf
    cluster.time.pass_by(5 * DAY)
    await replica.tick()
    assert replica.leaf != first
    assert replica.is_valid()
    assert "there was no answer" in replica.problem


async def test_what_cannot_be_written_is_not_spread_either_and_what_is_held_is_put_back() -> None:
    (replica,) = await started(1)
    cluster = replica.cluster
    old = cluster.authority()
    assert cluster.secret is not None
    cluster.refuses = {"replace secret"}
    cluster.put_secret(dict(cluster.secret.data) | {"ca.crt": b"?"})
    cluster.time.pass_by(250 * DAY)
    for _ in range(3):
        reset_entries(cluster)
        await tick_all([replica])
        assert cluster.trusted() == {old}
        assert replica.is_believed()
    assert "the authority's Secret cannot be kept: the API server answered 403 Forbidden" in replica.problem
    cluster.refuses = set()
    await tick_all([replica], 4)
    assert agreed([replica])
    assert cluster.authority() != old


async def test_one_that_others_change_each_time_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    (replica,) = await started(1)
    cluster = replica.cluster
    calls = cluster.call

    async def call(name: str) -> None:
        await calls(name)
        if name == "replace secret" and cluster.secret is not None:
            cluster.put_secret(cluster.secret.data)

    monkeypatch.setattr(cluster, "call", call)
    cluster.time.pass_by(250 * DAY)
    await replica.tick()
    cannot = "the authority's Secret cannot be kept"
    assert replica.problem == f"{cannot}: others changed it each time before this replica could"


async def test_the_next_one_stays_the_next_one_while_it_cannot_be_written_that_it_signs() -> None:
    (replica,) = await started(1)
    cluster = replica.cluster
    cluster.time.pass_by(250 * DAY)
    await tick_all([replica])
    following = cluster.next_authority()
    assert following is not None
    cluster.refuses = {"replace secret"}
    await tick_all([replica], 3)
    state = replica.keeper.state
    assert state.authority == Shown.of(cluster.authority())
    assert state.next == Shown.of(following)


async def test_an_authority_of_somebody_else_that_is_trusted_is_gone_by_though_nothing_can_be_written() -> None:
    (replica,) = await started(1)
    cluster = replica.cluster
    other = read_authority(make_authority(NAMES, NOW))
    cluster.put_secret(data_of(Chest(current=other, bundle=(other.certificate,))))
    bundle = written_bundle([other.certificate, *cluster.trusted()])
    cluster.put_entries(dict.fromkeys(cluster.entries or (), bundle))
    cluster.refuses = {"replace secret"}
    await tick_all([replica])
    assert replica.keeper.state.authority == Shown.of(other.certificate)


# The webhook configuration.


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
