"""Fake API servers, each a process of its own that serves a cluster of some size and tells what it sent."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from . import ROOT, CannotMeasure
from .machine import pinned_to


class Size(NamedTuple):
    """Of a cluster."""

    pods: int
    eci: int

    def __str__(self) -> str:
        return f"{self.pods:,} pods, {self.eci:,} ECI"


class CountedApi:
    """The process that serves a cluster of some size."""

    def __init__(self, process: subprocess.Popen[str], size: Size, kubeconfig: Path) -> None:
        self.size = size
        self.kubeconfig = kubeconfig
        self._process = process

    def counts(self) -> dict[str, int]:
        """Return requests and bytes since this was asked last."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self.next_line()

    def next_line(self) -> dict[str, int]:
        """Read what it says. Raises CannotMeasure."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise CannotMeasure(f"the fake API server of {self.size} has ended")
        said: dict[str, int] = json.loads(line)
        return said


@contextmanager
def counted_api(size: Size, folder: Path, core: int) -> Iterator[CountedApi]:
    """Serve a cluster of a size from one core. Raises CannotMeasure."""
    kubeconfig = folder / f"{size.pods}-{size.eci}.kubeconfig"
    command = [sys.executable, "-m", f"{__package__}.counted_api", f"--pods={size.pods}", f"--eci={size.eci}"]
    with pinned_to(core):
        process = subprocess.Popen(
            [*command, f"--kubeconfig={kubeconfig}"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
    with process:  # closes its input at the end, and waits
        api = CountedApi(process, size, kubeconfig)
        api.next_line()
        yield api
