"""What to do after reading a report, and the command for it."""

import shlex
from typing import NamedTuple

from webhook.policy.verdict import Readiness, Verdict
from webhook.readiness.report import ReadinessReport


class Step(NamedTuple):
    """What to do, in words that a colon can stand behind, and the command for it."""

    words: str
    command: str


def next_step(report: ReadinessReport, again: str) -> Step:
    """Return what to do now. ``again`` is the command that makes this report anew."""
    match report.readiness:
        case Readiness.READY:
            return Step("upgrade, and ask once more just before, since a pod may be created until then", again)
        case Readiness.NOT_READY:
            return Step("recreate these pods, then ask again", again)
    odd = next((finding for finding in report.findings if finding.verdict is Verdict.UNKNOWN), None)
    if odd is not None:
        namespace = f"-n {shlex.quote(odd.namespace)} " if odd.namespace else ""
        look = f"kubectl get pod {namespace}{shlex.quote(odd.name)} -o yaml"
        return Step("look at what could not be judged, the first of them", look)
    if report.unreadable:
        return Step(f"look at {report.unreadable[0].place} in {report.source.description}, then ask again", again)
    return Step("ask again with the whole list", again)
