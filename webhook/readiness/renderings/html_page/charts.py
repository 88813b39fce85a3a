"""How many pods by platform version and by namespace, each by verdict: the rows of the page's two charts."""

from collections import Counter
from collections.abc import Mapping
from itertools import combinations
from typing import NamedTuple

from markupsafe import Markup

from webhook.policy.reasons import Reason
from webhook.policy.verdict import Verdict
from webhook.readiness.making import shown_version
from webhook.readiness.renderings.html_page.drawings import Segment, bar, in_words
from webhook.readiness.report import ReadinessReport

_MOST_ROWS = 8
_MOST_UNSETTLED = 12
_SPARED = "Compatible or exempt"
"""Said where the counts of a report do not tell which."""

# What has to be done stands first; what is over, last.
_ORDER = (
    Verdict.INCOMPATIBLE,
    Verdict.UNKNOWN,
    Verdict.EXEMPT,
    Verdict.COMPATIBLE,
    _SPARED,
    Verdict.PENDING,
    Verdict.FINISHED,
)
_Tally = Counter[str]


class ChartRow(NamedTuple):
    """A bar, what it is about, and what it shows in words."""

    label: str
    pods: int
    bar: Markup
    words: str


def by_platform_version(report: ReadinessReport) -> list[ChartRow]:
    """Return a row for each platform version, and one for pods that have none because no instance runs."""
    verdicts = report.counts.by_verdict
    tallies = _by_version(report)
    rest = _Tally({verdict: verdicts[verdict] for verdict in (Verdict.PENDING, Verdict.FINISHED)})
    malformed = sum(finding.reason == Reason.POD_MALFORMED.code for finding in report.findings)
    unclear = report.counts.eci_pods - sum(report.counts.by_platform_version.values()) - rest.total()
    others = {
        "no instance": rest,
        "malformed": _Tally({Verdict.UNKNOWN: malformed, Verdict.EXEMPT: unclear - malformed}),
    }
    return _rows(_largest(tallies, "versions") | {label: tally for label, tally in others.items() if tally.total() > 0})


def by_namespace(report: ReadinessReport) -> list[ChartRow]:
    """Return a row for each namespace, those with the most unfit pods first."""
    tallies = {name or "(none)": _Tally(found) for name, found in report.counts.by_namespace.items()}
    return _rows(_largest(dict(sorted(tallies.items(), key=lambda row: -_unfit(row[1]))), "namespaces"))


def tally_of(report: ReadinessReport) -> list[Segment]:
    """Return how many pods have each verdict, those that none has too."""
    return [
        Segment(verdict.lower(), verdict, report.counts.by_verdict[verdict])
        for verdict in _ORDER
        if isinstance(verdict, Verdict)
    ]


def _by_version(report: ReadinessReport) -> dict[str, _Tally]:
    """Tally running pods. The report names those that are unfit; of the others it holds sums alone.

    Pods of one platform version are judged alike, save for exemptions. So beside an unfit pod the others are exempt,
    and a version without one is wholly compatible or wholly exempt: which, their sum has to tell.
    """
    tallies = {version: _Tally() for version in report.counts.by_platform_version}
    for finding in report.findings:
        version = shown_version(finding.platform_version or "")
        if finding.verdict.unfit and finding.reason != Reason.POD_MALFORMED.code and version in tallies:
            tallies[version][finding.verdict] += 1
    sizes = report.counts.by_platform_version
    spared = _settle(
        {version: sizes[version] for version, tally in tallies.items() if not tally},
        report.counts.by_verdict[Verdict.COMPATIBLE],
    )
    for version, tally in tallies.items():
        tally[spared.get(version, Verdict.EXEMPT)] += max(0, sizes[version] - tally.total())
    return tallies


def _settle(sizes: Mapping[str, int], compatible: int) -> dict[str, str]:
    """Tell which versions add up to the ``compatible`` pods; where several choices do, say so."""
    if len(sizes) > _MOST_UNSETTLED:
        return dict.fromkeys(sizes, _SPARED)
    choices = [
        chosen
        for count in range(len(sizes) + 1)
        for chosen in combinations(sizes, count)
        if sum(sizes[version] for version in chosen) == compatible
    ]
    settled = {}
    for version in sizes:
        inside = [version in chosen for chosen in choices]
        settled[version] = _SPARED if not inside or len(set(inside)) > 1 else _spared_as(compatible=inside[0])
    return settled


def _spared_as(*, compatible: bool) -> str:
    return Verdict.COMPATIBLE if compatible else Verdict.EXEMPT


def _largest(tallies: Mapping[str, _Tally], noun: str) -> dict[str, _Tally]:
    """Keep the rows with the most unfit pods, then the most pods, in the order given; the rest becomes one row."""
    if len(tallies) <= _MOST_ROWS + 1:
        return dict(tallies)
    kept = set(sorted(tallies, key=lambda label: (_unfit(tallies[label]), tallies[label].total()))[-_MOST_ROWS:])
    rest: _Tally = sum((tally for label, tally in tallies.items() if label not in kept), _Tally())
    shown = {label: tally for label, tally in tallies.items() if label in kept}
    return {**shown, f"{len(tallies) - _MOST_ROWS:,} other {noun}": rest}


def _unfit(tally: Mapping[str, int]) -> int:
    return tally.get(Verdict.INCOMPATIBLE, 0) + tally.get(Verdict.UNKNOWN, 0)


def _rows(tallies: Mapping[str, _Tally]) -> list[ChartRow]:
    longest = max((tally.total() for tally in tallies.values()), default=1) or 1
    return [_row(label, tally, longest) for label, tally in tallies.items()]


def _row(label: str, tally: _Tally, longest: int) -> ChartRow:
    segments = [Segment(_kind(verdict), verdict.lower(), tally[verdict]) for verdict in _ORDER if tally[verdict] > 0]
    return ChartRow(label, tally.total(), bar(segments, longest), in_words(segments))


def _kind(verdict: str) -> str:
    return "spared" if verdict == _SPARED else verdict.lower()

