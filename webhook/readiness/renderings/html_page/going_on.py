"""What to do next: the remedy for each reason, and the next command."""

import shlex
from collections import Counter
from typing import NamedTuple

from webhook.policy.reasons import Reason
from webhook.policy.verdict import Readiness, Verdict
from webhook.readiness.report import ReadinessReport


class Remedy(NamedTuple):
    """A reason that pods stand in the way for, and what helps."""

    code: str
    pods: int
    meaning: str
    remedy: str


class Step(NamedTuple):
    """What to do, and the command for it, where there is one."""

    words: str
    command: str


def remedies(report: ReadinessReport) -> list[Remedy]:
    """Return the remedies for the unfit pods, in the order of the reasons."""
    counts = Counter(finding.reason for finding in report.findings if finding.verdict.unfit)
    return [Remedy(one.code, counts[one.code], one.meaning, one.remedy) for one in Reason if counts[one.code]]


def next_step(report: ReadinessReport, again: str) -> Step:
    """Return what to do now. ``again`` is the command that makes this report anew; "" is none."""
    match report.readiness:
        case Readiness.READY:
            return Step("Upgrade, and ask once more just before: a pod may have been created since.", again)
        case Readiness.NOT_READY:
            return Step("Recreate these pods, then ask again.", again)
    odd = next((finding for finding in report.findings if finding.verdict is Verdict.UNKNOWN), None)
    if odd is not None:
        namespace = f"-n {shlex.quote(odd.namespace)} " if odd.namespace else ""
        look = f"kubectl get pod {namespace}{shlex.quote(odd.name)} -o yaml"
        return Step("Look at what could not be judged, the first of them:", look)
    if report.unreadable:
        return Step(f"Look at {report.unreadable[0].place} in {report.source.description}, then ask again.", again)
    return Step("Ask again with the whole list.", again)
