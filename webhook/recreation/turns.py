"""Which workloads go one after the other: those whose evictions are asked of one PodDisruptionBudget.

Side by side they would get in each other's way and wait longer each time, and a budget that allows two would lose two.
"""

from collections.abc import Callable, Iterable
from typing import TypeVar

from webhook.recreation.plan import Step

_T = TypeVar("_T")


def turns(ones: Iterable[_T], step_of: Callable[[_T], Step]) -> list[list[_T]]:
    """Return them in rows, those of each row one after the other. Rows are in the order of their firsts."""
    rows: dict[int, list[_T]] = {}
    row_of: dict[tuple[str, str], int] = {}
    for place, one in enumerate(ones):
        step = step_of(one)
        budgets = [(step.workload.namespace, name) for name in step.budgets]
        first, *others = sorted({row_of[budget] for budget in budgets if budget in row_of}) or [place]
        row = rows.setdefault(first, [])
        for other in others:  # until now they had nothing in common
            row += rows.pop(other)
            row_of.update({budget: first for budget, held in row_of.items() if held == other})
        row_of.update(dict.fromkeys(budgets, first))
        row.append(one)
    return list(rows.values())
