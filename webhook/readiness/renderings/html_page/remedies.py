"""The remedy for each reason that pods of a report stand in the way for."""

from collections import Counter
from typing import NamedTuple

from webhook.policy.reasons import Reason
from webhook.readiness.report import ReadinessReport


class Remedy(NamedTuple):
    """A reason that pods stand in the way for, and what helps."""

    code: str
    pods: int
    meaning: str
    remedy: str


def remedies(report: ReadinessReport) -> list[Remedy]:
    """Return the remedies for the unfit pods, in the order of the reasons."""
    counts = Counter(finding.reason for finding in report.findings if finding.verdict.unfit)
    return [Remedy(one.code, counts[one.code], one.meaning, one.remedy) for one in Reason if counts[one.code]]
