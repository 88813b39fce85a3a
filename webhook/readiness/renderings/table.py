"""The report for people: the verdict first, then what was examined, the pods, why, and the next command.

Of several clusters: the verdict, the clusters, and each of them as it is by itself.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from webhook.policy.reasons import Reason
from webhook.policy.recreation import Recreation
from webhook.policy.verdict import Verdict, unfit_in
from webhook.policy.wording import elapsed, number
from webhook.readiness.aligned import aligned
from webhook.readiness.making import shown_version
from webhook.readiness.next_step import next_step
from webhook.readiness.remarks import remarks
from webhook.readiness.rendering import Occasion
from webhook.readiness.report import Finding, ReadinessReport, Workload
from webhook.readiness.report_list import UNREADABLE, ClusterReport, ReadinessReportList

_HEADERS = ("NAMESPACE", "POD", "VERDICT", "PLATFORM VERSION", "REASON")
_WIDE_HEADERS = (*_HEADERS, "INSTANCE", "NODE", "EVIDENCE")
_CLUSTER_HEADERS = ("CLUSTER", "READINESS", "TARGET", "RUNS", "ECI PODS", "UNFIT")
_WORKLOAD_HEADERS = ("NAMESPACE", "WORKLOAD", "UNFIT", "RECREATION", "TO KNOW")
_MAX_UNREADABLE = 10


def render(report: ReadinessReport, occasion: Occasion, *, wide: bool = False) -> str:
    """Return lines for a terminal. Without headers they are the pods' rows alone, for scripts."""
    rows = [_pod_row(finding, wide=wide) for finding in report.findings]
    if not occasion.headers:
        return "".join(f"{line}\n" for line in aligned(rows))
    lines = [report.summary, _examined(report, occasion), *(f"{one}." for one in remarks(report)), *_unreadable(report)]
    if rows:
        lines += [
            "",
            *aligned([_WIDE_HEADERS if wide else _HEADERS, *rows]),
            "",
            *_workloads(report),
            *_reasons(report),
        ]
    lines += ["", *_exempt(report), *_next(report, occasion)]
    return "\n".join(lines) + "\n"


def render_list(
    reports: ReadinessReportList,
    whole: Occasion,
    each: Mapping[str, Occasion],
    *,
    wide: bool = False,
) -> str:
    """Return lines for a terminal. Without headers they are the pods' rows alone, each with its cluster first."""
    if not whole.headers:
        return "".join(f"{line}\n" for line in aligned(list(_rows_of(reports, wide=wide))))
    lines = [reports.summary, "", *aligned([_CLUSTER_HEADERS, *map(_cluster_row, reports.items)])]
    for item in reports.items:
        lines += ["", f"Cluster {item.cluster}", *_section(item, each[item.cluster], wide=wide)]
    return "\n".join([*lines, "", "All of them again:", f"  {whole.again}"]) + "\n"


def _pod_row(finding: Finding, *, wide: bool) -> Sequence[str]:
    """Return the cells of a pod."""
    row = (
        finding.namespace,
        finding.name,
        finding.verdict.value,
        "?" if finding.reason == Reason.POD_MALFORMED.code else shown_version(finding.platform_version or ""),
        finding.reason,
    )
    return (*row, finding.instance_id or "-", finding.node or "-", finding.evidence) if wide else row


def _examined(report: ReadinessReport, occasion: Occasion) -> str:
    counts = report.counts
    verdicts = ", ".join(f"{count} {verdict.value.lower()}" for verdict, count in counts.by_verdict.items() if count)
    eci = f"{counts.eci_pods} ECI ({verdicts})" if verdicts else "none of them ECI"
    runs = f", Kubernetes {report.source.kubernetes_version}" if report.source.kubernetes_version else ""
    source = f"{report.source.description}{runs}{_age(occasion)}"
    of = f" of 1 namespace: {report.source.namespace}" if report.source.namespace else ""
    return f"Examined {number(counts.examined, 'object')}{of}: {eci}. Source: {source}"


def _age(occasion: Occasion) -> str:
    if occasion.heard_at is None or occasion.age is None:
        return "."
    return f", {elapsed(occasion.age)} old ({occasion.heard_at:%Y-%m-%d %H:%M:%SZ})."


def _unreadable(report: ReadinessReport) -> Iterator[str]:
    places: dict[str, list[str]] = {}
    for found in report.unreadable:
        places.setdefault(found.problem, []).append(found.place)
    for problem, (first, *others) in islice(places.items(), _MAX_UNREADABLE):
        more = f" and {number(len(others), 'other')}" if others else ""
        yield f"Could not read {first}{more}: {problem}"
    if len(places) > _MAX_UNREADABLE:
        yield f"... and with {number(len(places) - _MAX_UNREADABLE, 'other problem')}; -o json lists them all."


def _workloads(report: ReadinessReport) -> Iterator[str]:
    """Say how the pods can be recreated, by workload; from a pod list alone nobody knows, and nothing is said."""
    unfit = [one for one in report.workloads if unfit_in(one.by_verdict)]
    if not unfit or all(one.recreation is Recreation.NOT_EXAMINED for one in unfit):
        return
    yield from aligned([_WORKLOAD_HEADERS, *map(_workload_row, unfit)])
    yield ""


def _workload_row(workload: Workload) -> Sequence[str]:
    unfit = unfit_in(workload.by_verdict)
    name = f"{workload.kind}/{workload.name}"
    return (workload.namespace, name, f"{unfit} of {workload.eci_pods}", workload.recreation, "; ".join(workload.notes))


def _exempt(report: ReadinessReport) -> Iterator[str]:
    for one in report.exemptions:
        until = f" until {one.expires:%Y-%m-%d %H:%MZ}" if one.expires else ""
        yield f"Exempt{until}: {number(one.pods, 'pod')}, because: {one.reason}"
    if report.exemptions:
        yield ""


def _reasons(report: ReadinessReport) -> Iterator[str]:
    counts = Counter(finding.reason for finding in report.findings)
    for reason in Reason:
        if counts[reason.code] and reason.remedy:
            yield f"{reason.code} ({counts[reason.code]}): {reason.meaning}. {reason.remedy}"


def _next(report: ReadinessReport, occasion: Occasion) -> Iterator[str]:
    step = next_step(report, occasion)
    yield f"Next: {step.words}:"
    yield from (f"  {command}" for command in step.commands)


def _cluster_row(item: ClusterReport) -> Sequence[str]:
    target = item.target or "-"
    if item.report is None:
        return (item.cluster, item.readiness.value, target, "-", "-", "-")
    counts = item.report.counts
    runs = item.report.source.kubernetes_version or "-"
    return (item.cluster, item.readiness.value, target, runs, str(counts.eci_pods), str(unfit_in(counts.by_verdict)))


def _section(item: ClusterReport, occasion: Occasion, *, wide: bool) -> Sequence[str]:
    if item.report is not None:
        return render(item.report, occasion, wide=wide).splitlines()
    return (item.summary, "", "Next: see that it can be read, then ask again:", f"  {occasion.again}")


def _rows_of(reports: ReadinessReportList, *, wide: bool) -> Iterator[Sequence[str]]:
    for item in reports.items:
        if item.report is not None:
            yield from ((item.cluster, *_pod_row(finding, wide=wide)) for finding in item.report.findings)
            continue
        row = (item.cluster, "-", "-", Verdict.UNKNOWN.value, "?", UNREADABLE)
        yield (*row, "-", "-", item.error or "") if wide else row
