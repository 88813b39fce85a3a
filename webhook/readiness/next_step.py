"""What to do next: words, and the commands for it."""

import shlex
from typing import NamedTuple

from webhook.policy.verdict import Readiness, Verdict
from webhook.readiness.report import ReadinessReport


class Step(NamedTuple):
    """What to do, without a capital and a full stop, and the commands for it, in their order."""

    words: str
    commands: tuple[str, ...]


def next_step(report: ReadinessReport, *, again: str, recreate: str = "") -> Step:
    """Return what to do now, with the commands that make this report, and its pods, anew; "" is none."""
    ask = (again,) if again else ()
    match report.readiness:
        case Readiness.READY:
            return Step("upgrade, and ask once more just before, for a pod may have been created since", ask)
        case Readiness.NOT_READY:
            return Step("recreate these pods, then ask again", (recreate, *ask) if recreate else ask)
    odd = next((finding for finding in report.findings if finding.verdict is Verdict.UNKNOWN), None)
    if odd is not None:
        namespace = f"-n {shlex.quote(odd.namespace)} " if odd.namespace else ""
        look = f"kubectl get pod {namespace}{shlex.quote(odd.name)} -o yaml"
        return Step("look at what could not be judged, the first of them", (look,))
    if report.unreadable:
        return Step(f"look at {report.unreadable[0].place} in {report.source.description}, then ask again", ask)
    return Step("ask again with the whole list", ask)
