"""How many pods have which verdict: by platform version and by namespace."""

from collections import Counter
from collections.abc import Mapping
from itertools import combinations
from typing import NamedTuple

from webhook.policy.reasons import Reason
from webhook.policy.verdict import Verdict
from webhook.readiness.making import shown_version
from webhook.readiness.report import ReadinessReport

SPARED = "Compatible or exempt"
"""Said in place of a verdict where the sums of a report do not tell which."""
_MOST_UNSETTLED = 12
"""Versions whose sums are tried against each other. A cluster has three or four; a hostile one any number."""

Verdicts = Counter[str]


class Tally(NamedTuple):
    """Pods with one thing in common, by verdict."""

    label: str
    verdicts: Verdicts

    @property
    def unfit(self) -> int:
        """How many stand in the way."""
        return self.verdicts[Verdict.INCOMPATIBLE] + self.verdicts[Verdict.UNKNOWN]


def of_namespaces(report: ReadinessReport) -> list[Tally]:
    """Return a tally for each namespace, those with the most unfit pods first."""
    tallies = [Tally(name or "(none)", Verdicts(found)) for name, found in report.counts.by_namespace.items()]
    return sorted(tallies, key=lambda tally: -tally.unfit)


def of_other_pods(report: ReadinessReport) -> list[Tally]:
    """Return tallies of the pods that no platform version counts: no instance runs, or they are malformed."""
    idle = Verdicts({verdict: report.counts.by_verdict[verdict] for verdict in (Verdict.PENDING, Verdict.FINISHED)})
    malformed = report.counts.eci_pods - sum(report.counts.by_platform_version.values()) - idle.total()
    unfit = sum(found.verdict.unfit and found.reason == Reason.POD_MALFORMED.code for found in report.findings)
    odd = Verdicts({Verdict.UNKNOWN: unfit, Verdict.EXEMPT: malformed - unfit})
    return [tally for tally in (Tally("no instance", idle), Tally("malformed", odd)) if tally.verdicts.total() > 0]


def of_platform_versions(report: ReadinessReport) -> list[Tally]:
    """Return a tally of running pods for each platform version.

    The report names those that are unfit; of the others it holds sums alone. Pods of one version are judged alike, save
    for exemptions. So beside an unfit pod the others are exempt, and a version without one is wholly compatible or
    wholly exempt: which, their sum has to tell.
    """
    sizes = report.counts.by_platform_version
    found = {version: Verdicts() for version in sizes}
    for finding in report.findings:
        version = shown_version(finding.platform_version or "")
        if finding.verdict.unfit and finding.reason != Reason.POD_MALFORMED.code and version in found:
            found[version][finding.verdict] += 1
    spared = _settle(
        {version: sizes[version] for version, verdicts in found.items() if not verdicts},
        report.counts.by_verdict[Verdict.COMPATIBLE],
    )
    for version, verdicts in found.items():
        verdicts[spared.get(version, Verdict.EXEMPT)] += max(0, sizes[version] - verdicts.total())
    return [Tally(version, verdicts) for version, verdicts in found.items()]


def _settle(sizes: Mapping[str, int], compatible: int) -> dict[str, str]:
    """Tell which versions add up to the ``compatible`` pods; where several choices do, say so."""
    if sum(sizes.values()) == compatible:
        return dict.fromkeys(sizes, Verdict.COMPATIBLE)
    if len(sizes) > _MOST_UNSETTLED:
        return dict.fromkeys(sizes, SPARED)
    choices = [
        set(chosen)
        for count in range(len(sizes) + 1)
        for chosen in combinations(sizes, count)
        if sum(sizes[version] for version in chosen) == compatible
    ]
    return {version: _settled({version in chosen for chosen in choices}) for version in sizes}


def _settled(compatible: set[bool]) -> str:
    if len(compatible) != 1:
        return SPARED
    return Verdict.COMPATIBLE if True in compatible else Verdict.EXEMPT
