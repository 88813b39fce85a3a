"""The rows of the page's two charts: a label, a bar, and the same in words."""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from webhook.policy.verdict import Verdict
from webhook.readiness.renderings.html_page import tallies
from webhook.readiness.renderings.html_page.drawings import Segment, bar, in_words
from webhook.readiness.renderings.html_page.tallies import Tally, Verdicts
from webhook.readiness.report import ReadinessReport

_MOST_ROWS = 8

# What has to be done stands first; what is over, last.
_ORDER: tuple[Verdict, ...] = (
    Verdict.INCOMPATIBLE,
    Verdict.UNKNOWN,
    Verdict.EXEMPT,
    Verdict.COMPATIBLE,
    Verdict.PENDING,
    Verdict.FINISHED,
)


class ChartRow(NamedTuple):
    """A bar, what it is about, and what it shows in words."""

    label: str
    pods: int
    bar: Markup
    words: str


def by_platform_version(report: ReadinessReport) -> list[ChartRow]:
    """Return a row for each platform version, and one for pods that have none because no instance runs."""
    return _rows(tallies.of_platform_versions(report), tallies.of_other_pods(report), "versions")


def by_namespace(report: ReadinessReport) -> list[ChartRow]:
    """Return a row for each namespace, those with the most unfit pods first."""
    return _rows(tallies.of_namespaces(report), [], "namespaces")


def by_verdict(report: ReadinessReport) -> list[Segment]:
    """Return how many pods have each verdict, those that none has too."""
    return [Segment(verdict.lower(), verdict, report.counts.by_verdict[verdict]) for verdict in _ORDER]


def _rows(found: Sequence[Tally], beside: Sequence[Tally], noun: str) -> list[ChartRow]:
    """Draw the tallies with the most unfit pods, then the most pods, in the order given.

    The rest is one row in words: a bar of all of them would dwarf the others.
    """
    kept = set(range(len(found)))
    if len(found) > _MOST_ROWS + 1:
        kept = set(sorted(kept, key=lambda place: (found[place].unfit, found[place].verdicts.total()))[-_MOST_ROWS:])
    shown = [found[place] for place in sorted(kept)]
    longest = max((tally.verdicts.total() for tally in [*shown, *beside]), default=0)
    rows = [_row(tally, longest) for tally in shown]
    if len(shown) < len(found):
        rest = Verdicts()
        for place, tally in enumerate(found):
            rest.update({} if place in kept else tally.verdicts)
        rows.append(_row(Tally(f"{len(found) - len(shown):,} other {noun}", rest), longest=0))
    return rows + [_row(tally, longest) for tally in beside]


def _row(tally: Tally, longest: int) -> ChartRow:
    segments = [
        Segment(verdict.lower(), verdict.lower(), tally.verdicts[verdict])
        for verdict in _ORDER
        if tally.verdicts[verdict] > 0
    ]
    drawn = bar(segments, longest) if longest else Markup()
    return ChartRow(tally.label, tally.verdicts.total(), drawn, in_words(segments))
