"""The decision about a newly scheduled pod, made through the real scheduler."""

import json
from pathlib import Path

from tests.cluster.admission.objects import deployment, new_pod
from tests.cluster.control_plane import ControlPlane
from tests.cluster.guarding import answers_in, guarding
from tests.cluster.nodes import ORDINARY_NODES
from tests.cluster.registration import BINDINGS, PODS, registered


def test_the_scheduler_is_refused_and_the_pod_says_why(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    """The pod came to be before anybody was asked about pods, so only its binding can be refused."""
    kubectl = every_control_plane.kubectl
    with guarding(every_control_plane, tmp_path) as guard, registered(every_control_plane, namespace, guard, BINDINGS):
        kubectl("create", "-n", namespace, "-f", "-", input=json.dumps(new_pod("web", "1.0.0")))
        every_control_plane.wait_until(
            "the scheduler to be refused",
            lambda: "it is being bound to ECI" in kubectl("get", "events", "-n", namespace, "-o", "json").stdout,
        )
        described = kubectl("describe", "pod", "web", "-n", namespace).stdout
        assert "FailedScheduling" in described
        assert "ECI platform version 1.0.0 does not support Kubernetes 1.26" in described
        phase = kubectl("get", "pod", "web", "-n", namespace, "-o", "jsonpath={.status.phase} {.spec.nodeName}").stdout
        assert phase == "Pending "


def test_a_pod_that_declares_nothing_is_scheduled_and_gets_the_current_version(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    kubectl = every_control_plane.kubectl
    with (
        guarding(every_control_plane, tmp_path) as guard,
        registered(every_control_plane, namespace, guard, PODS, BINDINGS),
    ):
        kubectl("create", "-n", namespace, "-f", "-", input=json.dumps(deployment("web", replicas=20)))
        kubectl("rollout", "status", "deployment", "web", "-n", namespace, "--timeout=50s")
        _, log = guard.stop()
    assert set(answers_in(log)) == {"allowed"}


def test_a_pod_bound_to_an_ordinary_node_is_nobodys_business(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    kubectl = every_control_plane.kubectl
    ordinary = {"nodeSelector": {"kubernetes.io/hostname": ORDINARY_NODES[0]}}
    with guarding(every_control_plane, tmp_path) as guard, registered(every_control_plane, namespace, guard, BINDINGS):
        kubectl("create", "-n", namespace, "-f", "-", input=json.dumps(new_pod("web", "1.0.0", **ordinary)))
        kubectl("wait", "pod", "web", "-n", namespace, "--for=condition=Ready", "--timeout=50s")
