"""The guard from its start to the first whole list of a cluster, and what that took."""

import http.client
import time
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.server.running_guard import RunningGuard, run_guard

from . import CannotMeasure
from .counted_apis import CountedApi, Size
from .machine import pinned_to

_PATIENCE = 120.0
_TICK = 0.02
_SETTLING = 3.0
"""Seconds after which the guard has given back what it held for the list alone."""


class Sync(NamedTuple):
    """One start. Memory in MiB."""

    seconds: float
    peak: float
    settled: float
    requests: int
    bytes: int
    """That came as bodies of answers."""


def sync(api: CountedApi, folder: Path, core: int) -> Sync:
    """Start the guard on one core over a cluster, and end it. Raises CannotMeasure."""
    api.counts()
    began = time.perf_counter()
    with ExitStack() as stack:
        with pinned_to(core):
            inventory = ("--inventory", "cluster", "--kubeconfig", str(api.kubeconfig))
            guard = stack.enter_context(run_guard(folder, inventory=inventory))
        _await_synced(guard)
        seconds = time.perf_counter() - began
        time.sleep(_SETTLING)
        memory = _memory(guard.process.pid)
        counts = api.counts()
        _check(guard, api.size)
        guard.stop()
    return Sync(seconds, memory["VmHWM"], memory["VmRSS"], counts["requests"], counts["bytes"])


def _await_synced(guard: RunningGuard) -> None:
    latest = time.monotonic() + _PATIENCE
    where = urlsplit(guard.health).netloc
    while guard.process.poll() is None and time.monotonic() < latest:
        connection = http.client.HTTPConnection(where, timeout=10)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        finally:
            connection.close()
        time.sleep(_TICK)
    raise CannotMeasure("the guard has not read the pods in time")


def _memory(pid: int) -> dict[str, float]:
    """Return the memory of a process in MiB, by the kernel's names."""
    fields = {}
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(":")
        if name in ("VmHWM", "VmRSS"):
            fields[name] = int(value.removesuffix("kB")) / 1024
    return fields


def _check(guard: RunningGuard, size: Size) -> None:
    with guard.client() as client:
        counts = client.get("/report", timeout=60).raise_for_status().json()["counts"]
    if (counts["examined"], counts["eciPods"]) != size:
        raise CannotMeasure(f"of {size} the guard knows {counts['examined']:,} and {counts['eciPods']:,}")
