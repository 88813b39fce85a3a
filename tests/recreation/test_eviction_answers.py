"""What an answer to an eviction means, of those too that a real API server gives on its bad days alone.

The rest is provoked on real ones, in tests/cluster/recreation.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.weather.answering import HangUp, Refusal, Silence, answering
from tests.weather.kubeconfigs import unused_port, write_kubeconfig
from webhook.cluster import recreation_requests
from webhook.cluster.api import Api
from webhook.cluster.credentials import Credentials
from webhook.cluster.recreation_requests import RecreationRequests
from webhook.recreation.plan import PlannedPod
from webhook.recreation.seams import Eviction, EvictionAnswer

pytestmark = pytest.mark.anyio

POD = PlannedPod(namespace="shop", name="web-0", uid="u-1")
VIOLATED = "Cannot evict pod as it would violate the pod's disruption budget."
NEEDS = "The disruption budget web needs 2 healthy pods and has 2 currently"
IN_PROGRESS = "The disruption budget web is still being processed by the server."
NO_RIGHT = 'User "anna" cannot create resource "pods/eviction" in API group "" in the namespace "shop"'
RECORD = "The object might have been deleted and then recreated"

ANSWERS = [
    (Refusal(429, VIOLATED, ({"reason": "DisruptionBudget", "message": NEEDS},)), Eviction.BUDGET, NEEDS, 0),
    (
        Refusal(429, VIOLATED, ({"reason": "DisruptionBudget", "message": IN_PROGRESS},), 10),
        Eviction.BUDGET,
        IN_PROGRESS,
        10,
    ),
    (Refusal(429, VIOLATED, ({"reason": "DisruptionBudget"},)), Eviction.BUDGET, VIOLATED, 0),
    (
        Refusal(429, "Too many requests, please try again later.", retry_after=1),
        Eviction.THROTTLED,
        "try again later",
        1,
    ),
    (Refusal(429, "slow down", ({"reason": "Other", "message": "x"},)), Eviction.THROTTLED, "slow down", 0),
    (
        Refusal(
            500, "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
        ),
        Eviction.TWO_BUDGETS,
        "more than one PodDisruptionBudget",
        0,
    ),
    (Refusal(500, "etcdserver: leader changed"), Eviction.UNREACHABLE, "leader changed", 0),
    (
        Refusal(503, "apiserver is shutting down", retry_after=5),
        Eviction.UNREACHABLE,
        "503 apiserver is shutting down",
        5,
    ),
    (
        Refusal(504, 'couldn\'t update PodDisruptionBudget "web" due to conflicts', retry_after=10),
        Eviction.UNREACHABLE,
        "conflicts",
        10,
    ),
    (Refusal(401, "Unauthorized"), Eviction.UNREACHABLE, "401 Unauthorized", 0),
    (Refusal(404, 'pods "web-0" not found'), Eviction.GONE, "404", 0),
    (
        Refusal(
            409,
            f"the UID in the precondition (u-1) does not match the UID in record (u-2). {RECORD}",
        ),
        Eviction.GONE,
        RECORD,
        0,
    ),
    (
        Refusal(
            409,
            "Precondition failed: UID in precondition: u-1, UID in object meta: u-2",
        ),
        Eviction.GONE,
        "Precondition failed",
        0,
    ),
    (
        Refusal(
            409,
            'Operation cannot be fulfilled on pods "web-0": the object has been modified; please apply your changes',
        ),
        Eviction.UNREACHABLE,
        "has been modified",
        0,
    ),
    (
        Refusal(403, 'admission webhook "no.example.com" denied the request: not today'),
        Eviction.REFUSED,
        "not today",
        0,
    ),
    (Refusal(403, f'pods "web-0" is forbidden: {NO_RIGHT}'), Eviction.FORBIDDEN, NO_RIGHT, 0),
    (
        Refusal(403, f'admission webhook "no" denied the request: pods "web-0" is forbidden: {NO_RIGHT}'),
        Eviction.REFUSED,
        "no",
        0,
    ),
    (Refusal(403, 'pods "web-0" is forbidden: unable to create new content'), Eviction.REFUSED, "unable", 0),
    (Refusal(422, "invalid"), Eviction.REFUSED, "422 invalid", 0),
    (Refusal(400, "no kind Eviction is registered"), Eviction.REFUSED, "400", 0),
    (HangUp(), Eviction.UNREACHABLE, "cannot be reached", 0),
]


@pytest.mark.parametrize(("said", "eviction", "words", "retry_after"), ANSWERS)
async def test_each_answer_is_told_for_what_it_is(
    tmp_path: Path, said: Any, eviction: Eviction, words: str, retry_after: float
) -> None:
    async with answering(tmp_path, said) as (_, api):
        answer = await RecreationRequests(api).evict(POD)
    assert answer == EvictionAnswer(eviction=eviction, said=answer.said, retry_after=retry_after)
    assert words in answer.said
    assert answer.said.isprintable()


async def test_the_pod_is_named_by_its_uid_and_by_no_version(tmp_path: Path) -> None:
    async with answering(tmp_path, {"kind": "Status"}) as (server, api):
        for dry_run in (False, True):
            answer = await RecreationRequests(api).evict(POD, dry_run=dry_run)
            assert answer == EvictionAnswer(eviction=Eviction.ACCEPTED)
    assert [asked.query for asked in server.asked] == [{}, {"dryRun": "All"}]
    for asked in server.asked:
        assert asked.path == "/api/v1/namespaces/shop/pods/web-0/eviction"
        assert asked.body["deleteOptions"] == {"preconditions": {"uid": "u-1"}}


async def test_it_is_asked_once_however_the_connection_ends(tmp_path: Path) -> None:
    """Whether the first request was granted has to be looked up before there is a second."""
    async with answering(tmp_path, {"kind": "Status"}, HangUp()) as (server, api):
        await RecreationRequests(api).evict(POD)
        await RecreationRequests(api).evict(POD)  # on a connection that was kept, where some clients try again
    assert len(server.asked) == 2


async def test_an_api_server_that_is_silent_or_not_there_is_no_exception(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recreation_requests, "_WITHIN", 0.2)
    async with answering(tmp_path, Silence()) as (_, api):
        answer = await RecreationRequests(api).evict(POD)
    assert answer.eviction is Eviction.UNREACHABLE
    assert "silent for too long" in answer.said
    api = Api(Credentials(str(write_kubeconfig(tmp_path / "nobody", f"http://127.0.0.1:{unused_port()}"))))
    try:
        asking = RecreationRequests(api)
        assert (await asking.evict(POD)).eviction is Eviction.UNREACHABLE
        assert await asking.save(POD) is None
        assert "cannot be reached" in await asking.create('{"metadata": {"namespace": "shop"}}')
    finally:
        await api.close()
