"""The command, as a person gives it: over one namespace, for Kubernetes 1.26."""

import subprocess
import sys
from pathlib import Path

from tests.cluster.control_plane import ControlPlane
from tests.server.running_guard import ROOT

_TIMEOUT = "150s"
"""For a pod: longer than the two minutes for which a budget may hold that counts a pod as gone (see stages.yaml)."""


def command(control_plane: ControlPlane, namespace: str, folder: Path, *options: str) -> list[str]:
    """Return its line; the journal is in the folder."""
    where = ["--kubeconfig", str(control_plane.kubeconfig), "-n", namespace, "--journal", str(folder / "journal.jsonl")]
    target = [] if "--policy" in options else ["--target", "1.26"]
    return [sys.executable, "-m", "webhook", "recreate", *where, *target, "--timeout", _TIMEOUT, *options]


def recreate(
    control_plane: ControlPlane, namespace: str, folder: Path, *options: str
) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    line = command(control_plane, namespace, folder, *options)
    return subprocess.run(line, capture_output=True, text=True, check=False, cwd=ROOT, timeout=300)
