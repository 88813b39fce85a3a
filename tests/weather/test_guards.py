"""A real guard over the fake: what it asks at a binding, and of which cluster."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.builders import ORDINARY_NODE, VIRTUAL_NODE, Json, binding, pod, review, running
from tests.fake_api import BookmarksOnly, FakeApi, Gone, Slow
from tests.server.running_guard import RunningGuard, run_guard
from tests.weather.test_freshness import eventually

POLICY = """
apiVersion: eci-upgrade-guard.io/v1alpha1
kind: UpgradePolicy
metadata: {name: strict}
spec: {targetVersion: "1.26", modes: {pods: Deny}}
"""


@pytest.fixture
def calling() -> Iterator[FakeApi]:
    """The cluster that calls the webhook, beside the one that runs the pods."""
    with FakeApi() as api:
        yield api


@pytest.fixture
def guard(api: FakeApi, calling: FakeApi, tmp_path: Path) -> Iterator[RunningGuard]:
    """Watches a cluster of which it hears nothing but bookmarks once it has read it."""
    api.always("watch pods", BookmarksOnly())
    api.cluster.put(running("known", "1.1.0"))
    kubeconfigs = calling.kubeconfig(tmp_path / "calling"), api.kubeconfig(tmp_path / "watched")
    inventory = (
        "--inventory",
        "cluster",
        "--kubeconfig",
        str(kubeconfigs[0]),
        "--inventory-kubeconfig",
        str(kubeconfigs[1]),
    )
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY)
    with run_guard(tmp_path, inventory=inventory, policy=policy) as guard:
        eventually(lambda: bool(api.requests_of("watch pods")))
        yield guard


def bind(client: httpx2.Client, node: str = VIRTUAL_NODE, name: str = "web-1", timeout: int = 10) -> Json:
    body = review(binding(node, f"uid-of-team-a-{name}", name=name), sub_resource="binding", name=name)
    answer = client.post(f"/validate?timeout={timeout}s", json=body)
    assert answer.status_code == 200
    response: Json = answer.json()["response"]
    return response


def test_a_pod_that_the_watch_has_not_told_of_is_asked_for_at_its_binding(
    api: FakeApi, calling: FakeApi, guard: RunningGuard
) -> None:
    with guard.client() as client:
        api.cluster.put(pod(platform_version="1.0.0"))
        denied = bind(client)
        assert (denied["allowed"], denied["status"]["code"]) == (False, 403)
        assert [one.path for one in api.requests_of("get pod")] == ["/api/v1/namespaces/team-a/pods/web-1"]
        assert bind(client, node=ORDINARY_NODE)["allowed"] is True
        assert bind(client, name="known")["allowed"] is True
        assert len(api.requests_of("get pod")) == 1
        api.cluster.put(pod("fit", platform_version="1.1.0"))
        assert bind(client, name="fit")["allowed"] is True
        assert bind(client, name="nowhere")["allowed"] is True
        api.script("get pod", Slow(20))
        assert bind(client, timeout=1)["allowed"] is True
    _, log = guard.stop()
    asked = log[-1]["asked"]
    outcomes = {key: count for key, count in asked.items() if key.startswith("lookups")}
    assert outcomes == {"lookups found": 2, "lookups ordinary": 1, "lookups too late": 1}
    assert not [one for one in calling.requests if one.kind]  # how the guard is registered there is no kind of pods


@pytest.mark.usefixtures("guard")
def test_only_the_cluster_that_runs_the_pods_is_read(api: FakeApi, calling: FakeApi) -> None:
    api.always("watch pods", Gone())
    api.wait_for("watch namespaces", seconds=15)
    assert {one.kind for one in api.requests} >= {"version", "list namespaces", "list pods", "watch pods"}
    assert not [one for one in calling.requests if one.kind]  # how the guard is registered there is no kind of pods
