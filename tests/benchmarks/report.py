"""``report`` on a large pod list: the guard beside the vendor's procedure with jq, and beside Python's json module."""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from . import CannotMeasure
from .child import Usage, run
from .figures import Spread, ratios
from .pod_list import write_pod_list
from .selections import Selection, found_in, selections
from .table import render_table

_PODS = 50_000
_ROUNDS = 3

_Rounds = Mapping[str, Sequence[Usage]]
"""By the name of a selection."""

_QUANTITIES: tuple[tuple[str, Callable[[Usage], float], int], ...] = (
    ("wall s", lambda used: used.wall, 2),
    ("CPU s", lambda used: used.cpu, 2),
    ("peak MiB", lambda used: used.memory, 0),
)
"""A heading, what stands under it, and its digits."""


def measure() -> str:
    """Measure, and return the figures as text. Takes less than a minute. Raises CannotMeasure."""
    with tempfile.TemporaryDirectory(prefix="bench-report-") as name:
        directory = Path(name)
        pods = directory / "pods.json"
        compared = selections(pods)
        size = write_pod_list(pods, _PODS)
        rounds: dict[str, list[Usage]] = defaultdict(list)
        for turn in range(_ROUNDS):
            first = turn % len(compared)
            for selection in compared[first:] + compared[:first]:
                rounds[selection.name].append(_run(selection, directory))
        found = _found_by_all(compared, directory)
    heading = (
        f"Listing the pods that are unfit for 1.26, of {_PODS:,} pods in {size / 1e6:.0f} MB of kubectl's JSON\n"
        f"{_ROUNDS} interleaved rounds; median (lowest-highest)"
    )
    return "\n\n".join([heading, _table(compared, rounds), f"All find the same {found:,} pods."])


def _run(selection: Selection, directory: Path) -> Usage:
    used = run(selection.command, _output(selection, directory))
    if used.exit_code != selection.exit_code:
        raise CannotMeasure(f"{selection.name} ended with {used.exit_code} instead of {selection.exit_code}")
    return used


def _output(selection: Selection, directory: Path) -> Path:
    return directory / f"{selection.name}.csv"


def _found_by_all(compared: Sequence[Selection], directory: Path) -> int:
    """Return how many pods every selection found in its last round. Raises CannotMeasure if they differ."""
    ours, *others = (found_in(_output(selection, directory)) for selection in compared)
    for selection, found in zip(compared[1:], others, strict=True):
        if found != ours:
            raise CannotMeasure(f"{selection.name} and the guard differ about {len(found ^ ours):,} pods")
    return len(ours)


def _table(compared: Sequence[Selection], rounds: _Rounds) -> str:
    ours, *others = (selection.name for selection in compared)
    rows = [
        (name, *(Spread.of(map(read, rounds[name])).shown(digits) for _, read, digits in _QUANTITIES))
        for name in (ours, *others)
    ]
    rows += [
        (
            f"{other} / {ours}",
            *(ratios([*map(read, rounds[other])], [*map(read, rounds[ours])]).shown(1) for _, read, _ in _QUANTITIES),
        )
        for other in others
    ]
    return render_table(("selection", *(heading for heading, _, _ in _QUANTITIES)), rows)
