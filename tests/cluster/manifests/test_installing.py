"""`kubectl apply -k manifests/base` on the oldest and the newest API server, and taking it away again."""

import json
from typing import Any

import pytest

from tests.cluster.control_plane import ControlPlane
from tests.cluster.manifests.installing import NAME, installed, left_behind
from tests.cluster.manifests.overlays import BASE
from tests.cluster.nodes import ORDINARY_NODES

IN_NAMESPACE = f"--namespace={NAME}"


def read(control_plane: ControlPlane, *what: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(control_plane.kubectl("get", *what, IN_NAMESPACE, "--output=json").stdout)
    return found


def test_nothing_is_warned_about(installed_base: str) -> None:
    """Neither a field that the version does not know, nor a breach of restricted Pod Security."""
    assert installed_base == ""


@pytest.mark.usefixtures("installed_base")
def test_two_replicas_run_on_two_nodes_and_on_no_virtual_one(every_control_plane: ControlPlane) -> None:
    every_control_plane.kubectl("rollout", "status", f"deployment/{NAME}", IN_NAMESPACE, "--timeout=60s")
    pods = read(every_control_plane, "pods")["items"]
    assert sorted(pod["spec"]["nodeName"] for pod in pods) == sorted(ORDINARY_NODES)


@pytest.mark.usefixtures("installed_base")
def test_one_replica_at_a_time_may_be_taken_away(every_control_plane: ControlPlane) -> None:
    def disruptions() -> int:
        return int(read(every_control_plane, f"poddisruptionbudget/{NAME}")["status"].get("disruptionsAllowed", 0))

    every_control_plane.wait_until("the budget to count both replicas", lambda: disruptions() == 1)


@pytest.mark.usefixtures("installed_base")
def test_applied_again_it_changes_nothing(every_control_plane: ControlPlane) -> None:
    done = every_control_plane.kubectl("diff", "-k", str(BASE), check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.usefixtures("installed_base")
def test_the_namespace_takes_no_pod_that_may_do_more(every_control_plane: ControlPlane) -> None:
    pod = read(every_control_plane, f"deployment/{NAME}")["spec"]["template"]
    pod |= {"apiVersion": "v1", "kind": "Pod"}
    pod["metadata"] = {"name": "by-hand", "namespace": NAME}

    def create() -> tuple[int, str]:
        done = every_control_plane.kubectl("create", "--dry-run=server", "-f", "-", input=json.dumps(pod), check=False)
        return done.returncode, done.stderr

    assert create() == (0, "")
    del pod["spec"]["containers"][0]["securityContext"]["capabilities"]
    code, said = create()
    assert code == 1
    assert 'violates PodSecurity "restricted:v1.24"' in said


def test_uninstalling_leaves_nothing_behind(every_control_plane: ControlPlane) -> None:
    with installed(every_control_plane, BASE):
        for kind, name in (("secret", "authority"), ("configmap", "ca")):  # as the guard makes them
            options = ["generic"] if kind == "secret" else []
            every_control_plane.kubectl("create", kind, *options, f"{NAME}-{name}", "--from-literal=a=b", IN_NAMESPACE)
        found = "\n".join(left_behind(every_control_plane))
        for kind in ("Namespace", "ClusterRole", "PriorityClass", "ValidatingWebhookConfiguration", "Secret", "Pod"):
            assert f"{kind} " in found, "or nothing would be proven by finding none"
    assert left_behind(every_control_plane) == []
