"""A few measurements of one thing, shown as their median and how far they spread."""

import statistics
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Spread(NamedTuple):
    """Of the rounds of a measurement, in whatever unit they have."""

    lowest: float
    median: float
    highest: float

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread":
        """Return the spread of at least one value."""
        ordered = sorted(values)
        return cls(ordered[0], statistics.median(ordered), ordered[-1])

    def shown(self, digits: int) -> str:
        """Write "median (lowest-highest)"."""
        lowest, median, highest = (f"{value:,.{digits}f}" for value in self)
        return f"{median} ({lowest}-{highest})"


def ratios(numerators: Sequence[float], denominators: Sequence[float]) -> Spread:
    """Return the ratios round by round: what slowed a round down slowed both."""
    return Spread.of(one / other for one, other in zip(numerators, denominators, strict=True))
