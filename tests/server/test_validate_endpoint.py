"""The hot path from the inside: what only a fake can show."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from blockbuster import BlockBuster, blockbuster_ctx

from tests.access.fakes import FakeReviewer
from tests.admission.upgrades.asking import ali, guard, upgrading
from tests.builders import NOW, Json, engine, in_force, inventory, pod, policy, review
from webhook.access.reviewer import User
from webhook.admission.engine import Engine
from webhook.inventory.known import FileInventory
from webhook.policy.modes import Mode
from webhook.server.journal import Journal
from webhook.server.metrics.decisions import DecisionMetrics
from webhook.server.override_rights import OverrideRights
from webhook.server.validate import ValidateEndpoint

pytestmark = pytest.mark.anyio


@pytest.fixture
def blockbuster() -> Iterator[BlockBuster]:
    with blockbuster_ctx() as block:
        yield block


def scope(query: bytes = b"") -> Json:
    return {"type": "http", "headers": [(b"content-type", b"application/json")], "query_string": query}


async def call(chosen: Engine, *messages: Json, query: bytes = b"") -> tuple[int, bytes]:
    """Call the endpoint with what a server would hand it; after the last message nothing comes any more."""
    waiting, sent = list(messages), []

    async def receive() -> Json:
        if not waiting:
            await asyncio.sleep(3600)
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    known, journal = FileInventory(inventory(), chosen.policy), Journal(in_force(chosen.policy))
    endpoint = ValidateEndpoint(chosen, known, OverrideRights(None), journal, DecisionMetrics())
    await endpoint(scope(query), receive, send)
    return sent[0]["status"], sent[1]["body"]


def part(body: bytes, *, more: bool = False) -> Json:
    return {"type": "http.request", "body": body, "more_body": more}


@pytest.mark.usefixtures("blockbuster")
async def test_deciding_blocks_on_nothing() -> None:
    for one in (pod(), pod(platform_version="1.0.0")):
        status, _ = await call(engine(), part(json.dumps(review(one)).encode()))
        assert status == 200


async def test_an_error_of_ours_is_500_so_that_the_failure_policy_applies_and_shows_no_traceback() -> None:
    class Broken(FileInventory):
        def is_unbound(self, _: str) -> bool:
            raise RuntimeError("a secret of the object")

    broken = Engine(policy(), Broken(inventory(), policy()), lambda: NOW)
    bound = {"metadata": {"uid": "u"}, "target": {"name": "virtual-kubelet"}}
    status, body = await call(broken, part(json.dumps(review(bound, sub_resource="binding")).encode()))
    assert (status, body) == (500, b"eci-upgrade-guard failed; its log says where\n")


async def test_a_body_that_does_not_come_is_given_up_after_the_time_that_the_request_grants() -> None:
    status, body = await call(engine(), part(b"{", more=True), query=b"timeout=0s")
    assert (status, body) == (408, b"the body did not come in the time that the request grants\n")


async def test_a_policy_that_comes_while_the_cluster_is_asked_decides() -> None:
    """Or a request that waited would be answered by a policy that is no longer in force."""
    override = f"1.26 until={(NOW + timedelta(hours=1)).isoformat()}: why"
    new, old = ali("1.26", override=override), ali("1.24", override=override)
    whom = {"group": "ali.cattle.io", "resource": "aliclusterconfigs", "namespace": "fleet", "name": "prod"}
    asked = json.dumps(review(new, operation="UPDATE", oldObject=old, **whom)).encode()

    class Reloading(FakeReviewer):
        async def may_override(self, user: User) -> bool:
            endpoint.engine = guard(upgrading(Mode.OFF))
            return await super().may_override(user)

    strict = upgrading(Mode.DENY)
    known, journal = FileInventory(inventory(), strict), Journal(in_force(strict))
    endpoint = ValidateEndpoint(guard(strict), known, OverrideRights(Reloading()), journal, DecisionMetrics())
    sent: list[Any] = []

    async def receive() -> Json:
        return part(asked)

    async def send(message: Any) -> None:
        sent.append(message)

    await endpoint(scope(), receive, send)
    assert json.loads(sent[1]["body"])["response"]["allowed"] is True


@pytest.mark.parametrize("query", [b"timeout=x", b"timeout=-1s", b"timeout=1e9s", b"timeout=\xff", b"timeout=%00", b""])
async def test_a_timeout_that_is_none_is_not_believed(query: bytes) -> None:
    whole = json.dumps(review(pod())).encode()
    status, _ = await call(engine(), part(whole[:9], more=True), part(whole[9:]), query=query)
    assert status == 200


async def test_a_caller_that_goes_away_leaves_no_error_of_ours() -> None:
    status, _ = await call(engine(), part(b"{", more=True), {"type": "http.disconnect"})
    assert status == 400
