"""The Secret is spoilt, gone, old or out of reach: what is held goes on, and is put back."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

import pytest

from certs import in_time
from certs.agreement import RENEW_AUTHORITY
from certs.authority import make_authority
from certs.bundle import fingerprint, written_bundle
from certs.chest import Chest, data_of
from certs.leaf import is_signed_by
from certs.pair import Pair
from certs.reading import read_authority
from certs.state import Shown
from certs.stores import StoredSecret
from tests.certs.bad_weather.replicas import DAY, agreed, reset_entries, started, tick_all
from tests.certs.fakes import MINUTE, NAMES, NOW, FakeCluster, Replica
from tests.certs.forging import forge

pytestmark = pytest.mark.anyio
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


# The webhook configuration.


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
