"""A denied binding comes back again and again: a storm of them drowns nothing."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.cluster.admission.objects import new_pod
from tests.cluster.control_plane import ControlPlane
from tests.cluster.guarding import answers_in, guarding
from tests.cluster.nodes import VIRTUAL_NODES
from tests.cluster.registration import BINDINGS, registered

STORM = 1000


def test_a_thousand_denied_bindings_are_a_few_lines_of_log_and_hardly_a_question_to_the_cluster(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    kubectl = every_control_plane.kubectl
    with guarding(every_control_plane, tmp_path) as guard, registered(every_control_plane, namespace, guard, BINDINGS):
        nobodys = new_pod("web", "1.0.0", schedulerName="nobody")
        created = kubectl("create", "-n", namespace, "-f", "-", "-o", "json", input=json.dumps(nobodys))
        uid = json.loads(created.stdout)["metadata"]["uid"]
        binding = {"metadata": {"name": "web", "uid": uid}, "target": {"kind": "Node", "name": VIRTUAL_NODES[0]}}
        with every_control_plane.client() as client, ThreadPoolExecutor(8) as threads:
            path = f"/api/v1/namespaces/{namespace}/pods/web/binding"
            codes = list(threads.map(lambda _: client.post(path, json=binding).status_code, range(STORM)))
        assert set(codes) == {403}
        _, log = guard.stop()
    assert answers_in(log) == {"denied": STORM}
    denials = [line for line in log if line["event"] == "denied"]
    assert sum(1 + line.get("repeated", 0) for line in denials if "user" in line) >= STORM
    assert len(denials) <= 4  # one a minute, and one that counts the rest
    assert sum(count for what, count in log[-1]["asked"].items() if what.startswith("lookups")) <= 1
