"""How long ``serve`` needs from its start until it is ready, over a real control plane that keeps its authority."""

import tempfile
import time
from pathlib import Path

from tests.cluster.certificates.serving import serving
from tests.cluster.control_plane import ControlPlane
from tests.cluster.guarding import await_ready

from .figures import Spread
from .live_cluster import VERSION, live_cluster
from .table import render_table

_ROUNDS = 10
_NAMESPACE = "guard"


def measure() -> str:
    """Measure, and return the figures as text. Takes half a minute. Raises CannotMeasure."""
    with tempfile.TemporaryDirectory(prefix="bench-starting-") as name:
        folder = Path(name)
        with live_cluster(folder, [_NAMESPACE]) as control_plane:
            _start(control_plane, folder)  # makes the authority
            rounds = [_start(control_plane, folder) for _ in range(_ROUNDS)]
    rows = [
        ("until it listens", Spread.of(listening for listening, _ in rounds).shown(2)),
        ("until /readyz says ready", Spread.of(ready for _, ready in rounds).shown(2)),
    ]
    heading = (
        f"serve --tls self --inventory cluster over kube-apiserver {VERSION}, where a replica has run before\n"
        f"From the start of the process; {_ROUNDS} rounds; median (lowest-highest)"
    )
    return f"{heading}\n\n{render_table(('start', 'seconds'), rows)}"


def _start(control_plane: ControlPlane, folder: Path) -> tuple[float, float]:
    """Start one and end it; return the seconds until it listened, and until it was ready."""
    began = time.perf_counter()
    with serving(control_plane.kubeconfig, _NAMESPACE, folder, inventory=("--inventory", "cluster")) as guard:
        listening = time.perf_counter() - began
        await_ready(guard)
        ready = time.perf_counter() - began
        guard.stop()
    return listening, ready
