"""A program run to its end, with what it used."""

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from . import ROOT

_PATIENCE = 300.0
"""Seconds after which a program is killed that does not end."""


class Usage(NamedTuple):
    """What one run of a program used."""

    exit_code: int
    wall: float
    """Seconds."""
    cpu: float
    """Seconds, in user and kernel mode."""
    memory: float
    """MiB: the peak of its resident set. Linux never shows less than its parent had, and that is a small part here."""


def run(command: Sequence[str], output: Path) -> Usage:
    """Run ``command`` with its standard output in a file, so that nobody reads while it is measured."""
    with output.open("wb") as stdout:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=stdout)
        patience = threading.Timer(_PATIENCE, process.kill)
        patience.start()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        patience.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)  # it was waited for, and Popen does not know
    return Usage(process.returncode, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
