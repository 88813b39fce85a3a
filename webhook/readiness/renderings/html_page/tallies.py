"""How many pods have which verdict: by platform version and by namespace."""

from collections import Counter
from typing import NamedTuple

from webhook.policy.verdict import Verdict
from webhook.readiness.report import ReadinessReport

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


def of_platform_versions(report: ReadinessReport) -> list[Tally]:
    """Return a tally of running pods for each platform version."""
    return [Tally(version, Verdicts(found)) for version, found in report.counts.by_platform_version.items()]


def of_other_pods(report: ReadinessReport) -> list[Tally]:
    """Return tallies of the pods that no platform version counts: no instance runs, or they are malformed."""
    others = Verdicts(report.counts.by_verdict)
    for tally in of_platform_versions(report):
        others.subtract(tally.verdicts)
    idle = Verdicts({verdict: others.pop(verdict) for verdict in (Verdict.PENDING, Verdict.FINISHED)})
    tallies = (Tally("no instance", idle), Tally("malformed", others))
    return [tally for tally in tallies if tally.verdicts.total() > 0]
