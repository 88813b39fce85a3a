"""What to do after reading a report, and the commands for it."""

import shlex
from typing import NamedTuple

from webhook.policy.recreation import Recreation
from webhook.policy.verdict import Readiness, Verdict
from webhook.readiness.rendering import Occasion
from webhook.readiness.report import ReadinessReport


class Step(NamedTuple):
    """What to do, in words that a colon can stand behind, and the commands for it, in their order."""

    words: str
    commands: tuple[str, ...]


def next_step(report: ReadinessReport, occasion: Occasion) -> Step:
    """Return what to do now."""
    again = (occasion.again,)
    match report.readiness:
        case Readiness.READY:
            return Step("upgrade, and ask once more just before, since a pod may be created until then", again)
        case Readiness.NOT_READY:
            by_hand = gravest_by_hand(report)
            if by_hand is not None:
                return Step(f"{by_hand.todo} Then ask again", again)
            recreate = (occasion.recreate,) if occasion.recreate else ()
            return Step("recreate these pods, then ask again", (*recreate, *again))
    odd = next((finding for finding in report.findings if finding.verdict is Verdict.UNKNOWN), None)
    if odd is not None:
        namespace = f"-n {shlex.quote(odd.namespace)} " if odd.namespace else ""
        look = f"kubectl get pod {namespace}{shlex.quote(odd.name)} -o yaml"
        return Step("look at what could not be judged, the first of them", (look,))
    if report.unreadable:
        return Step(f"look at {report.unreadable[0].place} in {report.source.description}, then ask again", again)
    return Step("ask again with the whole list", again)


def gravest_by_hand(report: ReadinessReport) -> Recreation | None:
    """Return the gravest way to make the pods anew if each needs a person; None if ``recreate`` does it for some."""
    found = {one.recreation for one in report.workloads if Verdict.INCOMPATIBLE in one.by_verdict}
    return next(filter(found.__contains__, Recreation), None) if all(one.by_hand for one in found) else None
