"""One report over several clusters: a report for each, and why there is none of a cluster that was not read."""

from collections.abc import Sequence

from msgspec import Struct

from webhook.policy.verdict import Readiness
from webhook.policy.wording import number
from webhook.readiness.report import API_VERSION, ReadinessReport

KIND = "ReadinessReportList"
UNREADABLE = "ClusterUnreadable"
"""Stands for a reason where rows have one."""


class ClusterReport(Struct, frozen=True, kw_only=True):
    """What is known of one cluster. Texts are safe to show."""

    cluster: str
    """As it was asked for."""
    target: str | None
    """None where it depends on what the cluster runs, and that is not known."""
    readiness: Readiness
    """Unknown for a cluster that was not read."""
    summary: str
    """One sentence that says why."""
    error: str | None
    """Why there is no report."""
    report: ReadinessReport | None


class ReadinessReportList(Struct, frozen=True, rename="camel", kw_only=True):
    """Whether all of several clusters may be upgraded."""

    api_version: str = API_VERSION
    kind: str = KIND
    readiness: Readiness
    """Ready if all are, NotReady if one is not, otherwise Unknown."""
    summary: str
    items: tuple[ClusterReport, ...]
    """In the order in which they were asked for."""


def reported(cluster: str, report: ReadinessReport) -> ClusterReport:
    """Return an item for a cluster that was read."""
    return ClusterReport(
        cluster=cluster,
        target=report.target,
        readiness=report.readiness,
        summary=report.summary,
        error=None,
        report=report,
    )


def not_read(cluster: str, target: str | None, error: str) -> ClusterReport:
    """Return an item for a cluster that was not read, or not judged at all."""
    return ClusterReport(
        cluster=cluster,
        target=target,
        readiness=Readiness.UNKNOWN,
        summary=f"Unknown: {error}",
        error=error,
        report=None,
    )


def gather(items: Sequence[ClusterReport]) -> ReadinessReportList:
    """Put reports together."""
    found = {item.readiness for item in items}
    readiness = next(
        (worst for worst in (Readiness.NOT_READY, Readiness.UNKNOWN) if worst in found),
        Readiness.READY,
    )
    return ReadinessReportList(readiness=readiness, summary=_summarise(readiness, items), items=tuple(items))


def _summarise(readiness: Readiness, items: Sequence[ClusterReport]) -> str:
    counts = {
        "not ready": sum(item.readiness is Readiness.NOT_READY for item in items),
        "unknown": sum(item.readiness is Readiness.UNKNOWN and item.error is None for item in items),
        "could not be judged": sum(item.error is not None for item in items),
        "ready": sum(item.readiness is Readiness.READY for item in items),
    }
    said = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    word = {Readiness.READY: "Ready", Readiness.NOT_READY: "Not ready", Readiness.UNKNOWN: "Unknown"}[readiness]
    target, *others = {item.target for item in items}
    toward = f" for Kubernetes {target}" if target is not None and not others else ""
    return f"{word}{toward}: of {number(len(items), 'cluster')} {said}"
