"""The report over several clusters for people: the verdict, the clusters, and each of them as it is by itself."""

from collections.abc import Iterator, Mapping, Sequence

from webhook.policy.verdict import Verdict
from webhook.readiness.rendering import Occasion
from webhook.readiness.renderings.table import aligned, pod_row, render_table
from webhook.readiness.report_list import UNREADABLE, ClusterReport, ReadinessReportList

_HEADERS = ("CLUSTER", "READINESS", "TARGET", "RUNS", "ECI PODS", "UNFIT")


def render_clusters_table(
    reports: ReadinessReportList,
    whole: Occasion,
    each: Mapping[str, Occasion],
    *,
    wide: bool = False,
) -> str:
    """Return lines for a terminal. Without headers they are the pods' rows alone, each with its cluster first."""
    if not whole.headers:
        return "".join(f"{line}\n" for line in aligned(list(_rows(reports, wide=wide))))
    lines = [reports.summary, "", *aligned([_HEADERS, *map(_cluster_row, reports.items)])]
    for item in reports.items:
        lines += ["", f"Cluster {item.cluster}", *_section(item, each[item.cluster], wide=wide)]
    return "\n".join([*lines, "", "All of them again:", f"  {whole.again}"]) + "\n"


def _cluster_row(item: ClusterReport) -> Sequence[str]:
    target = item.target or "-"
    if item.report is None:
        return (item.cluster, item.readiness.value, target, "-", "-", "-")
    counts = item.report.counts
    unfit = sum(count for verdict, count in counts.by_verdict.items() if verdict.unfit)
    runs = item.report.source.kubernetes_version or "-"
    return (item.cluster, item.readiness.value, target, runs, str(counts.eci_pods), str(unfit))


def _section(item: ClusterReport, occasion: Occasion, *, wide: bool) -> Sequence[str]:
    if item.report is not None:
        return render_table(item.report, occasion, wide=wide).splitlines()
    return (item.summary, "", "Next: see that it can be read, then ask again:", f"  {occasion.again}")


def _rows(reports: ReadinessReportList, *, wide: bool) -> Iterator[Sequence[str]]:
    for item in reports.items:
        if item.report is not None:
            yield from ((item.cluster, *pod_row(finding, wide=wide)) for finding in item.report.findings)
            continue
        row = (item.cluster, "-", "-", Verdict.UNKNOWN.value, "?", UNREADABLE)
        yield (*row, "-", "-", item.error or "") if wide else row
