"""What stands beside the answer, for people: doubts about the question, the hours of the policy, the guard's state."""

from collections.abc import Iterator
from datetime import UTC, datetime

from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.verdict import Readiness
from webhook.readiness.report import GuardState, ReadinessReport, WindowState

_MOST_KINDS = 5


def remarks(report: ReadinessReport) -> tuple[str, ...]:
    """Return a line for each, safe to show; where there is nothing to be said, none."""
    guard = _guard(report.guard) if report.guard else ()
    return (*_empty(report), *passed(report), *hours(report.window), *guard)


def _empty(report: ReadinessReport) -> Iterator[str]:
    is_from_file = report.source.resource_version is None
    if report.readiness is Readiness.READY and is_from_file and not report.counts.examined:
        yield "An empty list is seldom that of a whole cluster, which is what kubectl get pods -A lists"


def passed(report: ReadinessReport) -> Iterator[str]:
    """Yield that the cluster runs more than the target, where it does: then nobody asks for what is to come."""
    running = KubernetesVersion.read(report.source.kubernetes_version or "")
    if running is not None and running > KubernetesVersion.parse(report.target):
        yield f"The cluster runs Kubernetes {running} already, which is above the target {report.target}"


def hours(window: WindowState) -> Iterator[str]:
    """Yield what there is to say of a policy's hours: a line, or nothing where it has none."""
    if not window.open or window.until is not None or window.next_opening is not None:
        yield f"Upgrades: {in_words(window)}"


def in_words(window: WindowState) -> str:
    """Say whether it is open, why, and until when: while it is closed, that is when the next one opens."""
    opening = window.next_opening
    if opening and not window.open:
        return f"{window.because}; {opening.window} opens next at {_instant(opening.opens_at)}"
    return window.because + (f", until {_instant(window.until)}" if window.until else "")


def _guard(guard: GuardState) -> Iterator[str]:
    for problem in guard.policy_problems:
        yield f"A newer policy document is refused, and the last good one is in force: {problem}"
    if guard.registration_problem:
        yield f"Which objects reach the guard is not known: {guard.registration_problem}"
    elif guard.kinds_not_sent:
        named = ", ".join(guard.kinds_not_sent[:_MOST_KINDS])
        more = len(guard.kinds_not_sent) - _MOST_KINDS
        rest = f" and {more} more" if more > 0 else ""
        yield f"No registered rule sends these kinds of the policy to the guard: {named}{rest}"


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
