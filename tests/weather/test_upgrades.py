"""Requests for upgrades while the cluster that runs the pods is not there, not read, or says nothing."""

from contextlib import AbstractContextManager
from pathlib import Path

import httpx2
import pytest

from tests.admission.upgrades.asking import ali
from tests.builders import Json, review, running
from tests.fake_api import Behaviour, CloseAtOnce, FakeApi, Silent, Status
from tests.server.running_guard import RunningGuard, run_guard
from tests.weather.test_freshness import eventually

POLICY = """
apiVersion: eci-upgrade-guard.io/v1alpha1
kind: UpgradePolicy
metadata: {name: strict}
spec: {targetVersion: "1.26", thisCluster: {objects: [{name: prod}]}}
"""


def guarding(api: FakeApi, folder: Path, *options: str) -> AbstractContextManager[RunningGuard]:
    policy = folder / "policy.yaml"
    policy.write_text(POLICY)
    kubeconfig = api.kubeconfig(folder / "kubeconfig")
    inventory = ("--inventory", "cluster", "--kubeconfig", str(kubeconfig))
    return run_guard(folder, *options, inventory=inventory, policy=policy)


def ask(client: httpx2.Client, old: str = "1.24.6", new: str = "1.26.3") -> Json:
    body = review(
        ali(new),
        group="ali.cattle.io",
        resource="aliclusterconfigs",
        operation="UPDATE",
        oldObject=ali(old),
        namespace="fleet",
        name="prod",
    )
    answer: Json = client.post("/validate?timeout=5s", json=body).raise_for_status().json()["response"]
    return answer


def why(answer: Json) -> str:
    assert answer["allowed"] is False
    return str(answer["status"]["message"])


@pytest.mark.parametrize("behaviour", [Silent(), Status(503), Status(403), CloseAtOnce()])
def test_an_upgrade_is_denied_while_the_pods_were_never_read(
    api: FakeApi, tmp_path: Path, behaviour: Behaviour
) -> None:
    api.always("list pods", behaviour)
    with guarding(api, tmp_path) as guard, guard.client() as client:
        assert "(ReadinessUnknown)" in why(ask(client))
        assert "the cluster was not read yet" in why(ask(client))
        assert ask(client, "1.24.6", "1.24.7")["allowed"]
        assert ask(client, "1.26.3", "1.24.6")["allowed"]


def test_an_upgrade_is_denied_once_what_is_known_is_too_old_and_allowed_when_it_is_heard_again(
    api: FakeApi, tmp_path: Path
) -> None:
    api.cluster.put(running("fit", "1.1.0"))
    with guarding(api, tmp_path, "--stale-after", "1") as guard, guard.client() as client:
        eventually(lambda: bool(ask(client)["allowed"]))
        eventually(lambda: not ask(client)["allowed"])
        assert "the API server was last heard at" in why(ask(client))
        api.cluster.put(running("another", "1.1.0"))
        eventually(lambda: bool(ask(client)["allowed"]))


def test_an_upgrade_is_judged_though_nobody_knows_what_runs(api: FakeApi, tmp_path: Path) -> None:
    api.always("version", Status(500))
    api.cluster.put(running("old", "1.0.0"))
    with guarding(api, tmp_path) as guard, guard.client() as client:
        eventually(lambda: "(PodsUnfit)" in why(ask(client)))
        assert "runs" not in why(ask(client)).splitlines()[0]
