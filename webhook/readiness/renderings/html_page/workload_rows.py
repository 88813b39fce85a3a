"""The workloads as the page's table shows them, and how much of a very long report a page can show."""

from typing import NamedTuple

from webhook.policy.recreation import Recreation
from webhook.policy.verdict import unfit_in
from webhook.readiness.report import Finding, ReadinessReport, Workload

MOST_WORKLOADS = 500
MOST_PODS = 2_000
"""Up to so many pods a report is shown whole. Browsers open more than that slowly, and nobody reads it."""
MOST_PODS_EACH = 20
"""Of each workload, in a report with more."""

_GRAVITIES = {recreation: gravity for gravity, recreation in enumerate(Recreation)}
"""By which the column sorts."""
_NEEDS_THOUGHT = frozenset({Recreation.BARE_POD, Recreation.TEMPLATE_PINS_VERSION, Recreation.BLOCKED_BY_BUDGET})


class WorkloadRow(NamedTuple):
    """A workload and its pods."""

    workload: Workload
    unfit: int
    recreation: str
    gravity: int
    needs_thought: bool
    """Whether evicting its pods is not enough, or too much."""
    pods: list[Finding]
    pods_left_out: int


class WorkloadTable(NamedTuple):
    """What of the workloads is shown."""

    in_the_way: int
    """Workloads with unfit pods. A report has others too, if so asked."""
    rows: list[WorkloadRow]
    left_out: int
    others: list[Finding]
    """Pods of workloads that have none in the way."""
    others_left_out: int


def workload_table(report: ReadinessReport) -> WorkloadTable:
    """Give each workload its pods, within what a page can show."""
    in_the_way = [workload for workload in report.workloads if unfit_in(workload.by_verdict)]
    shown = in_the_way[:MOST_WORKLOADS]
    pods: dict[str, list[Finding]] = {workload.id: [] for workload in in_the_way}
    others: list[Finding] = []
    for finding in report.findings:
        pods.get(finding.workload, others).append(finding)
    each = MOST_PODS if len(report.findings) <= MOST_PODS else MOST_PODS_EACH
    return WorkloadTable(
        in_the_way=len(in_the_way),
        rows=[_row(workload, pods[workload.id], each) for workload in shown],
        left_out=len(in_the_way) - len(shown),
        others=others[:MOST_PODS],
        others_left_out=max(0, len(others) - MOST_PODS),
    )


def _row(workload: Workload, pods: list[Finding], most: int) -> WorkloadRow:
    # Whatever is left out, it is not the pods in the way.
    first = sorted(pods, key=lambda pod: not pod.verdict.unfit) if len(pods) > most else pods
    return WorkloadRow(
        workload=workload,
        unfit=unfit_in(workload.by_verdict),
        recreation=workload.recreation.shown,
        gravity=_GRAVITIES[workload.recreation],
        needs_thought=workload.recreation in _NEEDS_THOUGHT,
        pods=first[:most],
        pods_left_out=max(0, len(pods) - most),
    )
