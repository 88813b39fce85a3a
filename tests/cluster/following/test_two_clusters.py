"""A guard in one cluster over the pods of another, as where a management cluster upgrades the one that runs them."""

import json
from pathlib import Path

from tests.cluster.admission.objects import new_pod
from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import Filling, age_pods, fill, make_namespaces
from tests.cluster.guarding import await_ready, report_of, write_policy
from tests.cluster.identities import guard_kubeconfig
from tests.cluster.registration import PODS, registered
from tests.server.running_guard import run_guard


def test_the_cluster_that_calls_and_the_cluster_whose_pods_are_read_are_two(
    both_control_planes: tuple[ControlPlane, ControlPlane], tmp_path: Path
) -> None:
    calling, running = both_control_planes
    with calling.client() as client, running.client() as other:
        make_namespaces(client, ["calls"])
        make_namespaces(other, ["runs"])
    fill(running, Filling(workloads=1, pods_each=2, namespaces=("runs",)))
    age_pods(running, "runs", "1.0.0")
    inventory = ["--inventory", "cluster", "--kubeconfig", str(guard_kubeconfig(calling))]
    inventory += ["--inventory-kubeconfig", str(guard_kubeconfig(running))]
    with run_guard(tmp_path, policy=write_policy(tmp_path), inventory=inventory) as guard:
        await_ready(guard)
        report = report_of(guard)
        assert report["source"]["kubernetesVersion"].startswith(f"v{running.version}.")
        assert {one["namespace"] for one in report["findings"]} >= {"runs"}
        with registered(calling, "calls", guard, PODS):
            create = ["create", "-n", "calls", "-f", "-"]
            denied = calling.kubectl(*create, input=json.dumps(new_pod("web", "1.0.0")), check=False)
            assert "denied the request" in denied.stderr
