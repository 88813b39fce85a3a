"""How long the guard needs to know a cluster, what it holds of it, and what one question costs then."""

import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import msgspec

from . import ROOT
from .counted_apis import Size, counted_api
from .figures import Spread
from .machine import two_cores
from .synced_guard import Sync, sync
from .table import render_table

_SIZES = (Size(10_000, 5_000), Size(50_000, 25_000), Size(100_000, 50_000))
_FEW_ECI = Size(100_000, 5_000)
"""To tell what the other pods cost."""
_ROUNDS = 3
_PATIENCE = 300.0

_Rounds = Mapping[Size, Sequence[Sync]]


def measure_syncing(folder: Path) -> str:
    """Measure, and return the figures as text. Raises CannotMeasure."""
    guard_core, api_core = two_cores()
    rounds: dict[Size, list[Sync]] = defaultdict(list)
    with ExitStack() as stack:
        apis = [stack.enter_context(counted_api(size, folder, api_core)) for size in (*_SIZES, _FEW_ECI)]
        for turn in range(_ROUNDS):
            first = turn % len(apis)
            for api in apis[first:] + apis[:first]:
                rounds[api.size].append(sync(api, folder, guard_core))
    heading = (
        "serve --inventory cluster, from its start to /readyz, over a fake API server (plain HTTP, pods of 5 KB)\n"
        f"The guard on one core and the fake on another; {_ROUNDS} interleaved rounds; median (lowest-highest)"
    )
    return "\n\n".join([heading, _table(rounds), _growth(rounds), _questions()])


def _questions() -> str:
    """Measure the readiness question over what is kept of clusters of the same sizes."""
    command = [sys.executable, "-m", f"{__package__}.questions", *(str(size.pods) for size in _SIZES)]
    ran = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=_PATIENCE)
    took = msgspec.json.decode(ran.stdout, type=dict[str, list[float]])
    rows = []
    for size in _SIZES:
        calls = took[str(size.pods)]
        rows.append((str(size), f"{statistics.median(calls):.1f}", f"{statistics.quantiles(calls, n=100)[98]:.1f}"))
    count = len(next(iter(took.values())))
    return render_table((f"one readiness question, {count:,} calls each in turn", "p50 us", "p99 us"), rows)


def _table(rounds: _Rounds) -> str:
    rows = [
        (
            str(size),
            Spread.of(one.seconds for one in rounds[size]).shown(1),
            Spread.of(one.peak for one in rounds[size]).shown(0),
            Spread.of(one.settled for one in rounds[size]).shown(0),
            f"{statistics.median(one.requests for one in rounds[size]):.0f}",
            f"{statistics.median(one.bytes for one in rounds[size]) / 1e6:.0f}",
        )
        for size in (*_SIZES, _FEW_ECI)
    ]
    return render_table(("cluster", "seconds", "peak MiB", "settled MiB", "requests", "MB"), rows)


def _growth(rounds: _Rounds) -> str:
    """Say what one pod more costs, by the medians."""

    def kib(since: Size, to: Size, pods: int) -> float:
        before, after = (statistics.median(one.settled for one in rounds[size]) for size in (since, to))
        return (after - before) * 1024 / pods

    smallest, *_, largest = _SIZES
    rows = [
        (f"an ECI pod, from {since.eci:,} to {to.eci:,}", f"{kib(since, to, to.eci - since.eci):.2f}")
        for since, to in [*pairwise(_SIZES), (smallest, largest)]
    ]
    others = _FEW_ECI.pods - smallest.pods
    rows.append((f"another pod, {others:,} of them", f"{kib(smallest, _FEW_ECI, others):.2f}"))
    return render_table(("settled memory grows by", "KiB each"), rows)
