"""Asking for a pod that was never seen, at its binding: once, not too often, and not for too long."""

import asyncio
import gc
import logging
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.builders import Json, pod, policy, running
from tests.fake_api import Behaviour, CloseAtOnce, Cut, FakeApi, Slow, Status
from tests.weather.gate import Gate
from webhook.cluster.connection import connect
from webhook.cluster.credentials import Credentials
from webhook.inventory.pod_feed import PodFeed
from webhook.inventory.unseen import A_SECOND, IN_FLIGHT, Outcome, UnseenPods
from webhook.policy.evidence import no_sign
from webhook.policy.pod_facts import PodFacts
from webhook.policy.policy import Policy

pytestmark = pytest.mark.anyio

OLD: Json = pod(platform_version="1.0.0")
CHOSEN: Policy = policy()


@pytest.fixture
async def lookup(api: FakeApi, kubeconfig: Path) -> AsyncIterator[UnseenPods]:
    async with connect(Credentials(str(kubeconfig))) as cluster:
        yield UnseenPods(cluster.getter, PodFeed(CHOSEN, no_sign).reduce)


async def look_up(
    lookup: UnseenPods, name: str = "web-1", *, uid: str | None = None, within: float = 5
) -> PodFacts | None:
    uid = f"uid-of-team-a-{name}" if uid is None else uid
    return await lookup.look_up(uid=uid, namespace="team-a", name=name, within=within)


async def test_a_pod_that_shows_a_sign_of_eci_is_found(api: FakeApi, lookup: UnseenPods) -> None:
    api.cluster.put(OLD)
    found = await look_up(lookup)
    assert found is not None
    assert found.platform_version == "1.0.0"
    assert lookup.outcomes == {Outcome.FOUND: 1}
    assert [one.path for one in api.requests] == ["/api/v1/namespaces/team-a/pods/web-1"]


async def test_without_a_uid_the_name_is_enough(api: FakeApi, lookup: UnseenPods) -> None:
    api.cluster.put(OLD)
    assert await look_up(lookup, uid="") is not None


@pytest.mark.parametrize(
    ("behaviour", "item", "outcome"),
    [
        pytest.param(None, None, Outcome.ORDINARY, id="404"),
        pytest.param(None, pod(), Outcome.ORDINARY, id="no sign of ECI"),
        pytest.param(
            None, {**OLD, "metadata": {**OLD["metadata"], "uid": "other"}}, Outcome.ORDINARY, id="another uid"
        ),
        pytest.param(Status(500), OLD, Outcome.FAILED, id="500"),
        pytest.param(Status(403), OLD, Outcome.FAILED, id="403"),
        pytest.param(Status(429, retry_after=1), OLD, Outcome.FAILED, id="429"),
        pytest.param(Cut(after=30), OLD, Outcome.FAILED, id="half an answer"),
        pytest.param(CloseAtOnce(reset=True), OLD, Outcome.FAILED, id="reset"),
        pytest.param(Status(200, body=b"<html>"), OLD, Outcome.FAILED, id="no JSON"),
        pytest.param(Status(200, body=b""), OLD, Outcome.FAILED, id="nothing"),
        pytest.param(Status(200, body=b'{"kind":"Node"}'), OLD, Outcome.FAILED, id="no pod"),
        pytest.param(Status(200, body=b'{"metadata":{"name":"\xff"}}'), OLD, Outcome.FAILED, id="no UTF-8"),
        pytest.param(Status(500, body=b'{"message":"\xff"}'), OLD, Outcome.FAILED, id="a refusal that is not UTF-8"),
    ],
)
async def test_whatever_else_comes_is_no_pod_and_is_counted(
    behaviour: Behaviour | None, item: Json | None, outcome: Outcome, api: FakeApi, lookup: UnseenPods
) -> None:
    if item is not None:
        api.cluster.put(item)
    if behaviour is not None:
        api.script("get pod", behaviour)
    assert await look_up(lookup) is None
    assert lookup.outcomes == {outcome: 1}


async def test_however_many_ask_for_a_pod_it_is_asked_for_once(api: FakeApi, lookup: UnseenPods) -> None:
    api.cluster.put(OLD)
    gate = Gate()
    api.always("get pod", gate)
    asking = [asyncio.create_task(look_up(lookup)) for _ in range(200)]
    await gate.reached()
    gate.open()
    found = await asyncio.gather(*asking)
    assert all(one is not None for one in found)
    assert lookup.outcomes == {Outcome.FOUND: 200}
    assert len(api.requests_of("get pod")) == 1
    await look_up(lookup)
    assert len(api.requests_of("get pod")) == 2


async def test_only_so_many_are_asked_for_at_a_time(api: FakeApi, lookup: UnseenPods) -> None:
    names = [f"web-{number}" for number in range(IN_FLIGHT + 4)]
    for name in names:
        api.cluster.put(running(name, "1.0.0"))
    gate = Gate()
    api.always("get pod", gate)
    asking = [asyncio.create_task(look_up(lookup, name)) for name in names]
    await gate.reached(IN_FLIGHT)
    gate.open()
    found = await asyncio.gather(*asking)
    assert [one is not None for one in found] == [True] * IN_FLIGHT + [False] * 4
    assert lookup.outcomes == {Outcome.FOUND: IN_FLIGHT, Outcome.TOO_MANY: 4}
    assert len(api.requests_of("get pod")) == IN_FLIGHT
    assert await look_up(lookup, names[-1]) is not None


async def test_only_so_many_are_asked_for_in_a_second(api: FakeApi, lookup: UnseenPods) -> None:
    began = time.monotonic()
    for number in range(60):
        await look_up(lookup, f"web-{number}")
    seconds = time.monotonic() - began
    asked = len(api.requests_of("get pod"))
    assert A_SECOND <= asked <= A_SECOND * (1 + seconds) + 1
    assert lookup.outcomes[Outcome.TOO_MANY] == 60 - asked


async def test_the_answer_comes_in_time_though_the_pod_does_not(api: FakeApi, lookup: UnseenPods) -> None:
    gate = Gate()
    api.always("get pod", gate)
    began = time.monotonic()
    assert await look_up(lookup, within=0.1) is None
    assert 0.1 <= time.monotonic() - began < 3
    assert lookup.outcomes == {Outcome.TOO_LATE: 1}
    assert await look_up(lookup, within=0) is None
    assert await look_up(lookup, within=-1) is None
    assert lookup.outcomes == {Outcome.TOO_LATE: 3}
    assert len(api.requests_of("get pod")) == 1
    gate.open()


@pytest.mark.parametrize("then", [Status(500), CloseAtOnce(reset=True)])
async def test_what_fails_after_all_have_gone_is_no_error_that_nobody_took(
    then: Behaviour, api: FakeApi, lookup: UnseenPods, caplog: pytest.LogCaptureFixture
) -> None:
    """Or a storm of bindings to a slow API server would be a storm of log lines."""
    api.script("get pod", Slow(0.1, then))
    assert await look_up(lookup, within=0.01) is None
    await asyncio.wait(lookup._asking.values())
    gc.collect()
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING] == []


async def test_an_asker_that_goes_away_takes_nothing_from_the_others(api: FakeApi, lookup: UnseenPods) -> None:
    api.cluster.put(OLD)
    gate = Gate()
    api.always("get pod", gate)
    first, second = (asyncio.create_task(look_up(lookup)) for _ in range(2))
    await gate.reached()
    first.cancel()
    gate.open()
    assert await second is not None
