"""What reaches the guard: on 1.37 only what it may object to, on 1.24 everything, with the same answers."""

import json
from pathlib import Path

from tests.cluster.admission.objects import deployment, new_pod
from tests.cluster.control_plane import ControlPlane
from tests.cluster.guarding import answers_in, guarding
from tests.cluster.nodes import ORDINARY_NODES
from tests.cluster.registration import BINDINGS, PODS, registered

POD_COUNT = 10


def test_ordinary_pods_are_kept_away_where_the_api_server_can_and_allowed_where_it_cannot(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    ordinary = deployment("web", replicas=POD_COUNT)
    ordinary["spec"]["template"]["spec"]["nodeSelector"] = {"kubernetes.io/hostname": ORDINARY_NODES[0]}
    kubectl = every_control_plane.kubectl
    with (
        guarding(every_control_plane, tmp_path) as guard,
        registered(every_control_plane, namespace, guard, PODS, BINDINGS),
    ):
        kubectl("create", "-n", namespace, "-f", "-", input=json.dumps(ordinary))
        kubectl("rollout", "status", "deployment", "web", "-n", namespace, "--timeout=50s")
        _, log = guard.stop()
    calls = {} if every_control_plane.version == "1.37" else {"allowed": 2 * POD_COUNT}
    assert answers_in(log) == calls


def test_of_pods_for_virtual_nodes_their_bindings_arrive_and_what_declares_a_version(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    kubectl = every_control_plane.kubectl
    with (
        guarding(every_control_plane, tmp_path) as guard,
        registered(every_control_plane, namespace, guard, PODS, BINDINGS),
    ):
        kubectl("create", "-n", namespace, "-f", "-", input=json.dumps(deployment("web", replicas=POD_COUNT)))
        kubectl("rollout", "status", "deployment", "web", "-n", namespace, "--timeout=50s")
        kubectl("create", "-n", namespace, "-f", "-", input=json.dumps(new_pod("old", "1.0.0")), check=False)
        _, log = guard.stop()
    created = 0 if every_control_plane.version == "1.37" else POD_COUNT
    assert answers_in(log) == {"allowed": created + POD_COUNT, "denied": 1}
