"""The next openings of windows, with what freezes leave of them."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from webhook.policy.windows.window import Freeze, Occurrence, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A window opens, and closes again."""

    window: Window
    opens_at: datetime
    """In UTC: a start of the window, or the end of a freeze."""
    closes_at: datetime | None
    """The first instant at which it is closed; None where no end was found."""


def next_openings(
    windows: Iterable[Window],
    freezes: Iterable[Freeze],
    now: datetime,
    count: int,
) -> tuple[Opening, ...]:
    """Return the next openings after ``now`` in their order, each window for itself.

    What begins in a freeze opens when the freeze ends, if it is not over by then; what runs into a freeze closes there,
    and what outlasts it opens again.
    """
    in_order = sorted(freezes, key=lambda freeze: freeze.begins)
    of_each = [_openings_of(window, in_order, now) for window in windows]
    return tuple(islice(heapq.merge(*of_each, key=lambda opening: opening.opens_at), count))


def _openings_of(window: Window, freezes: Sequence[Freeze], now: datetime) -> Iterator[Opening]:
    instant = now
    while (occurrence := window.occurrence_from(instant)) is not None:
        for left in _left_of(occurrence, freezes):
            if left.opens_at > now:
                yield Opening(window=window, opens_at=left.opens_at, closes_at=left.closes_at)
        if occurrence.closes_at is None:
            return
        # A freeze of years would hide thousands of occurrences: the next that matters is the one that it ends in.
        instant = _thawed(occurrence.closes_at, freezes)


def _left_of(occurrence: Occurrence, freezes: Sequence[Freeze]) -> Iterator[Occurrence]:
    opens_at, closes_at = occurrence.opens_at, occurrence.closes_at
    for freeze in freezes:
        if closes_at is not None and freeze.begins >= closes_at:
            break
        if freeze.begins > opens_at:
            yield Occurrence(opens_at=opens_at, closes_at=freeze.begins)
        opens_at = max(opens_at, freeze.ends)
    if closes_at is None or opens_at < closes_at:
        yield Occurrence(opens_at=opens_at, closes_at=closes_at)


def _thawed(instant: datetime, freezes: Sequence[Freeze]) -> datetime:
    """Return the first instant from this one on at which no freeze holds."""
    for freeze in freezes:
        if freeze.holds_at(instant):
            instant = freeze.ends
    return instant
