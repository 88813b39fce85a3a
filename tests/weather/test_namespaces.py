"""Namespaces that send their pods to ECI: seen in the report, and at admission."""

import asyncio
from pathlib import Path

import pytest

from tests.builders import NOW, VIRTUAL_NODE, Json, pod, policy, request
from tests.fake_api import FakeApi, Gone
from tests.weather.following import Following, following
from tests.weather.gate import Gate
from webhook.admission.decision import Answer
from webhook.admission.engine import Engine
from webhook.policy.modes import UnsetAtCreate
from webhook.policy.pod_facts import PodState
from webhook.policy.policy import Policy

pytestmark = pytest.mark.anyio

JUDGE = policy(unset_at_create=UnsetAtCreate.JUDGE)


def namespace(name: str = "team-a", **labels: str) -> Json:
    return {"metadata": {"name": name, "labels": labels}}


def answer(followed: Following, chosen: Policy = JUDGE) -> Answer:
    """What a new pod in that namespace gets that says nothing of ECI itself."""
    return Engine(chosen, followed.live, lambda: NOW).decide(request(pod())).answer


async def test_an_unbound_pod_of_such_a_namespace_is_pending(api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put_namespace(namespace(**{"alibabacloud.com/eci": "true"}))
    api.cluster.put_namespace(namespace("team-b", eci="false"))
    api.cluster.put(pod("listed"))
    api.cluster.put(pod("elsewhere", namespace="team-b"))
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        api.cluster.put(pod("watched"))
        await followed.until(lambda: followed.names() == ["listed", "watched"])
        assert {one.state for one in followed.live.store.pods()} == {PodState.PENDING}
        assert {one.sign for one in followed.live.store.pods()} == {"namespace label alibabacloud.com/eci=true"}
        await followed.settled()


async def test_a_label_that_comes_and_goes_is_seen_at_admission(api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put_namespace(namespace())
    async with following(api, kubeconfig, chosen=JUDGE) as followed:
        await followed.synced()
        assert answer(followed) is Answer.ALLOWED
        for labels, expected in (({"eci": "true"}, Answer.DENIED), ({"eci": "false"}, Answer.ALLOWED)) * 2:
            api.cluster.put_namespace(namespace(**labels))
            await followed.until(lambda expected=expected: answer(followed) is expected)  # type: ignore[misc]  # a default
        api.cluster.put_namespace(namespace(eci="true"))
        await followed.until(lambda: answer(followed) is Answer.DENIED)
        api.cluster.delete_namespace("team-a")
        await followed.until(lambda: answer(followed) is Answer.ALLOWED)
        api.cluster.put_namespace(namespace(eci="true"))
        await followed.until(lambda: answer(followed) is Answer.DENIED)
        assert answer(followed, policy()) is Answer.ALLOWED


async def test_pods_that_are_created_after_a_label_went_are_ordinary(api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put_namespace(namespace(eci="true"))
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        api.cluster.put(pod("before"))
        await followed.until(lambda: followed.names() == ["before"])
        api.cluster.put_namespace(namespace())
        await followed.until(lambda: not followed.live.namespace_sign("team-a"))
        api.cluster.put(pod("after"))
        await followed.until(lambda: followed.live.is_unbound("uid-of-team-a-after"))
        api.cluster.put(pod("before", node=VIRTUAL_NODE, phase="Pending"))
        await followed.until(lambda: next(followed.live.store.pods()).sign == f"node {VIRTUAL_NODE}")
        await followed.settled()


async def test_a_namespace_that_went_while_nobody_watched_gives_no_sign_any_more(
    api: FakeApi, kubeconfig: Path
) -> None:
    for name in ("team-a", "team-b"):
        api.cluster.put_namespace(namespace(name, eci="true"))
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        assert followed.live.namespace_sign("team-a")
        api.interrupt("watch namespaces", Gone())
        api.cluster.delete_namespace("team-a")
        await followed.until(lambda: not followed.live.namespace_sign("team-a"))
        assert followed.live.namespace_sign("team-b")


async def test_pods_are_not_read_before_the_labels_of_their_namespaces(api: FakeApi, kubeconfig: Path) -> None:
    gate = Gate()
    api.script("list namespaces", gate)
    api.cluster.put_namespace(namespace(eci="true"))
    api.cluster.put(pod("listed"))
    async with following(api, kubeconfig) as followed:
        await gate.reached()
        await asyncio.sleep(0.1)
        assert not api.requests_of("list pods")
        gate.open()
        await followed.until(lambda: followed.live.synced)
        assert followed.names() == ["listed"]
