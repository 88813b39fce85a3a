"""What the figures were measured on, without names and paths of the machine; and the two cores to measure on."""

import os
import platform
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from . import CannotMeasure
from .table import WIDTH

_LIBRARIES = ("uvicorn", "uvloop", "httptools", "starlette", "fastapi", "msgspec")


def describe_machine() -> str:
    """Return one line of text, wrapped: cores, CPU, memory, kernel, Python, libraries."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    parts = [
        f"{cores} core{'s' if cores > 1 else ''}",
        _cpu_model(),
        f"{memory:.0f} GiB",
        f"Linux {platform.release().partition('-')[0]}",
        f"{platform.python_implementation()} {platform.python_version()}",
        *(f"{library} {version(library)}" for library in _LIBRARIES),
    ]
    return textwrap.fill("Measured on: " + ", ".join(parts), WIDTH, subsequent_indent="  ")


def two_cores() -> tuple[int, int]:
    """Return a core for the server and one for its load. Raises CannotMeasure."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:  # one core would measure how the two share it
        raise CannotMeasure("two cores are needed, one for the server and one for the load")
    return cores[0], cores[1]


@contextmanager
def pinned_to(core: int) -> Iterator[None]:
    """Run this process, and what it starts inside the block, on one core: a child keeps the cores of its parent."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        field, _, value = line.partition(":")
        if field.strip() == "model name":
            return value.strip()
    return platform.machine()
