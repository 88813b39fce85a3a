"""Load on the API server: creates of pods that are admitted and not kept (dry-run), by a Go program of our own.

wrk would be lighter still, but it corrects its percentiles for what a client that sends at a fixed rate would have
seen, and it stops after a time and not after a number. What the program itself uses is measured and told.
"""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from tests.cluster.control_plane import ControlPlane

from . import CannotMeasure
from .go_programs import go_program

_PATIENCE = 120
"""Seconds for one load."""


class Load(Struct, frozen=True):
    """What the program saw. Times in microseconds."""

    answers: int
    microseconds: int
    p50: int
    p99: int
    cpu: int
    """That the program itself used."""


class Creates:
    """Creates pods in a cluster as its administrator."""

    def __init__(self, control_plane: ControlPlane, folder: Path) -> None:
        address = control_plane.server.removeprefix("https://")
        self._command = [str(go_program("load")), f"--address={address}", f"--ca={control_plane.certificate}"]
        self._environment = {**os.environ, "TOKEN": control_plane.admin_token}
        self._body = folder / "pod.json"

    def load(self, namespace: str, pod: Mapping[str, Any], *, at_once: int, warm_up: int, count: int) -> Load:
        """Create one pod again and again. Raises CannotMeasure if it is not admitted each time."""
        self._body.write_bytes(msgspec.json.encode(pod))
        path = f"/api/v1/namespaces/{namespace}/pods?dryRun=All"
        numbers = [f"--at-once={at_once}", f"--warm-up={warm_up}", f"--count={count}"]
        ran = subprocess.run(
            [*self._command, f"--path={path}", f"--body={self._body}", *numbers],
            env=self._environment,
            capture_output=True,
            check=False,
            text=True,
            timeout=_PATIENCE,
        )
        if ran.returncode:
            raise CannotMeasure(f"a pod is not admitted: {ran.stderr.strip()}")
        return msgspec.json.decode(ran.stdout, type=Load)
