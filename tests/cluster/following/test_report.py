"""The report on a cluster that lives: it finds what is there, and says so when the work is done."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.cluster import ROOT, staging
from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import Filling, age_pods, fill
from tests.cluster.guarding import guarding, report_of
from tests.cluster.identities import guard_kubeconfig


def report(
    control_plane: ControlPlane, *options: str, kubeconfig: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Ask from a shell, as a person does."""
    command = [sys.executable, "-m", "webhook", "report", "--target", "1.26", *options]
    environment = os.environ | {"KUBECONFIG": str(kubeconfig or control_plane.kubeconfig)}
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False, timeout=60)


def test_old_pods_are_found_recreated_and_found_no_longer(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    """The night's work, from the first question to the last."""
    fill(every_control_plane, Filling(workloads=2, pods_each=3, namespaces=(namespace,)))
    fill(
        every_control_plane,
        Filling(workloads=1, pods_each=2, namespaces=(namespace,), on_virtual_nodes=False, name="own"),
    )
    assert age_pods(every_control_plane, namespace, "1.0.0", "workload=web-0") == 3
    assert age_pods(every_control_plane, namespace, None, "workload=web-1") == 3

    with guarding(every_control_plane, tmp_path) as guard:
        found = json.loads(report(every_control_plane, "-n", namespace, "-o", "json").stdout)
        assert found["readiness"] == "NotReady"
        assert found["source"]["kubernetesVersion"].startswith(f"v{every_control_plane.version}.")
        assert found["counts"]["examined"] == 8
        assert sorted(one["reason"] for one in found["findings"]) == [
            *["PlatformVersionTooOld"] * 3,
            *["PlatformVersionUnset"] * 3,
        ]
        assert report(every_control_plane, "-n", namespace).returncode == 3

        def unfit() -> int:
            return sum(one["namespace"] == namespace for one in report_of(guard)["findings"])

        every_control_plane.wait_until("the guard to see the pods grow old", lambda: unfit() == 6)
        every_control_plane.kubectl("delete", "pods", "-n", namespace, "-l", "app=web", "--wait=false")
        every_control_plane.wait_until("the guard to see their replacements", lambda: unfit() == 0)

    done = report(every_control_plane, "-n", namespace)
    assert done.returncode == 0
    assert done.stdout.startswith(f"Ready in namespace {namespace}: of 6 ECI pods none stands in the way")


def test_pods_that_have_finished_or_have_no_instance_yet_are_in_nobodys_way(
    every_control_plane: ControlPlane, namespace: str
) -> None:
    fill(every_control_plane, Filling(workloads=1, pods_each=1, namespaces=(namespace,)))
    every_control_plane.kubectl(
        *["run", "never", "-n", namespace, "--image=registry.invalid/web:1", f"--labels={staging.START}=never"],
        "--overrides",
        '{"spec":{"nodeSelector":{"type":"virtual-kubelet"},"tolerations":[{"operator":"Exists"}]}}',
    )
    found = json.loads(report(every_control_plane, "-n", namespace, "-o", "json").stdout)
    assert found["readiness"] == "Ready"
    assert found["counts"]["byVerdict"]["Pending"] == 1


def test_the_guards_own_account_may_do_all_that_is_needed(every_control_plane: ControlPlane, tmp_path: Path) -> None:
    kubeconfig = guard_kubeconfig(every_control_plane)
    assert report(every_control_plane, kubeconfig=kubeconfig).returncode in {0, 3}


def test_who_may_not_list_pods_is_told_so_and_gets_no_green(every_control_plane: ControlPlane) -> None:
    refused = report(every_control_plane, "--context", "user")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "the API server answered 403" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
