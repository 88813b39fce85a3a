"""Whether the guard knows what the cluster holds."""

import json
import subprocess
import sys
from typing import Any

from tests.cluster import ROOT
from tests.cluster.control_plane import ControlPlane
from tests.cluster.guarding import report_of
from tests.server.running_guard import RunningGuard


def assert_same_as_a_fresh_list(control_plane: ControlPlane, guard: RunningGuard) -> None:
    """Wait until the guard's report and one from a list of now name the same pods. Raises NotReady if they never do."""

    def same() -> bool:
        return _findings(report_of(guard, show="all")) == _findings(_listed(control_plane))

    control_plane.wait_until("the guard to know what a fresh list shows", same)


def _listed(control_plane: ControlPlane) -> dict[str, Any]:
    command = [sys.executable, "-m", "webhook", "report", "--target", "1.26", "-o", "json", "--show", "all"]
    command += ["--kubeconfig", str(control_plane.kubeconfig)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=60)
    assert done.returncode in {0, 3}, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _findings(report: dict[str, Any]) -> tuple[object, object]:
    """Workloads aside: who owns whom is read once a minute at most."""
    judged = [(one["id"], one["verdict"], one["reason"], one["evidence"]) for one in report["findings"]]
    return judged, report["counts"]
