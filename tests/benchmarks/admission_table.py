"""The tables of the admission benchmark: one for each kind of pod, at each number of creates at a time."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .creates import Load
from .figures import Spread
from .table import render_table


class Cell(NamedTuple):
    """What one load was about."""

    subject: str
    kind: str
    at_once: int


def render_admission(subjects: Sequence[str], kinds: Sequence[str], rounds: Mapping[Cell, Sequence[Load]]) -> list[str]:
    """Return the tables. The first subject is what the others are compared with, round by round."""
    at_once = sorted({cell.at_once for cell in rounds})
    return [_table(subjects, kind, number, rounds) for number in at_once for kind in kinds]


def _table(subjects: Sequence[str], kind: str, at_once: int, rounds: Mapping[Cell, Sequence[Load]]) -> str:
    nothing = rounds[Cell(subjects[0], kind, at_once)]
    rows = []
    for subject in subjects:
        loads = rounds[Cell(subject, kind, at_once)]
        added = Spread.of((load.p50 - other.p50) / 1000 for load, other in zip(loads, nothing, strict=True))
        rows.append(
            (
                subject,
                Spread.of(load.p50 / 1000 for load in loads).shown(2),
                Spread.of(load.p99 / 1000 for load in loads).shown(2),
                "" if loads is nothing else added.shown(2),
            ),
        )
    return render_table((f"{kind}, {at_once} at a time", "p50 ms", "p99 ms", "added to p50"), rows)
