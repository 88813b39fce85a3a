"""Three ways to list the unfit pods of a pod list: the guard's report, the vendor's procedure, Python's json."""

import csv
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.vendor import JQ_PROGRAM

from . import CannotMeasure

_COLUMNS = 4
"""Namespace, name, platform version ("" where unset) and instance id. The guard's report has more, after these."""


class Selection(NamedTuple):
    """A program that lists the unfit pods of a file, comma separated, on its standard output."""

    name: str
    command: tuple[str, ...]
    exit_code: int
    """Where it found some."""


def selections(pods: Path) -> tuple[Selection, ...]:
    """Return ours, then the vendor's, then the standard library's, to run over ``pods``. Raises CannotMeasure."""
    jq = shutil.which("jq")
    if jq is None:
        raise CannotMeasure("jq is missing; on Debian: apt-get install jq")
    version = subprocess.run([jq, "--version"], capture_output=True, check=True, text=True, timeout=10).stdout.strip()
    guard = str(Path(sys.executable).with_name("eci-upgrade-guard"))
    report = ("report", f"--from={pods}", "--target=1.26", "--output=csv", "--no-headers")
    return (
        Selection("ours", (guard, *report), 3),
        Selection(version, (jq, "--raw-output", JQ_PROGRAM, str(pods)), 0),
        Selection("Python's json", (sys.executable, "-m", f"{__package__}.json_selection", str(pods)), 0),
    )


def found_in(output: Path) -> frozenset[tuple[str, ...]]:
    """Read what a selection wrote: its pods, each by the four columns."""
    with output.open(encoding="utf-8", newline="") as file:
        return frozenset(tuple(row[:_COLUMNS]) for row in csv.reader(file))
