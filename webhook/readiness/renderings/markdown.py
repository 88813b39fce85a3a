"""The report as a runbook in Markdown: the steps of the work, each with the findings that it concerns."""

import re
from collections.abc import Iterator, Mapping

from webhook.policy.reasons import Reason
from webhook.policy.recreation import Recreation
from webhook.policy.verdict import Readiness, Verdict, unfit_in
from webhook.policy.wording import elapsed
from webhook.readiness.next_step import gravest_by_hand
from webhook.readiness.remarks import remarks
from webhook.readiness.rendering import Occasion
from webhook.readiness.report import Finding, ReadinessReport, Workload
from webhook.readiness.report_list import ReadinessReportList

_MARKS = {Readiness.READY: "✅", Readiness.NOT_READY: "⛔", Readiness.UNKNOWN: "❓"}
_MOST_PODS = 500
_SPECIAL = re.compile(r"([\\`*_\[\]|<>~&])")


def render(report: ReadinessReport, occasion: Occasion) -> str:
    """Return a runbook. What a tenant wrote is escaped, so that it stays text."""
    lines = [
        f"# {_MARKS[report.readiness]} {_escape(report.summary)}",
        "",
        *_examined(report, occasion),
        *_step("1. Know everything", _unknown(report)),
        *_step("2. Recreate unfit pods", _recreate(report, occasion.recreate)),
        *_step("3. Look at exemptions", _exempt(report)),
        *_step("4. Ask again, just before the upgrade", _command(occasion.again)),
        *_step("Outlook", _outlook(report)),
    ]
    return "\n".join(lines).rstrip() + "\n"


def render_list(reports: ReadinessReportList, _: Occasion, each: Mapping[str, Occasion]) -> str:
    """Return a runbook for one cluster after the other, its headings two levels down."""
    parts = [f"# {_MARKS[reports.readiness]} {_escape(reports.summary)}\n"]
    for item in reports.items:
        parts.append(f"## {_MARKS[item.readiness]} {_escape(item.cluster)}\n")
        occasion = each[item.cluster]
        if item.report is None:
            parts.append(f"{_escape(item.summary)}\n\n```console\n$ {occasion.again}\n```\n")
        else:
            parts.append(re.sub("^#", "###", render(item.report, occasion), flags=re.MULTILINE))
    return "\n".join(parts)


def _examined(report: ReadinessReport, occasion: Occasion) -> Iterator[str]:
    source, counts = report.source, report.counts
    yield "| | |"
    yield "|---|---|"
    yield f"| target | Kubernetes {_escape(report.target)} |"
    yield f"| cluster | {_escape(source.description)} |"
    if source.kubernetes_version:
        yield f"| runs | Kubernetes {_escape(source.kubernetes_version)} |"
    of = f" of 1 namespace ({_escape(source.namespace)})" if source.namespace else ""
    yield f"| examined | {counts.examined} objects{of}, {counts.eci_pods} of them ECI pods |"
    for verdict, count in counts.by_verdict.items():
        if count:
            yield f"| {verdict.value} | {count} |"
    if occasion.age is not None:
        yield f"| data | {elapsed(occasion.age)} old |"
    yield f"| policy | {_escape(report.policy)} |"
    for remark in remarks(report):
        yield f"| note | {_escape(remark)} |"


def _step(title: str, body: Iterator[str] | list[str]) -> Iterator[str]:
    yield from ("", f"## {title}", "")
    yield from body


def _command(command: str) -> list[str]:
    return ["```console", f"$ {command}", "```"]


def _unknown(report: ReadinessReport) -> Iterator[str]:
    unknown = [finding for finding in report.findings if finding.verdict is Verdict.UNKNOWN]
    gaps = [*report.source.incomplete_because, *(f"{one.place}: {one.problem}" for one in report.unreadable)]
    if not unknown and not gaps:
        yield f"✔ Everything was read and judged: {report.counts.examined} objects."
    for gap in gaps:
        yield f"- {_escape(gap)}"
    if unknown:
        yield from _pods(unknown)
    for missing in report.source.not_examined:
        yield f"- not examined: {_escape(missing)}"


def _recreate(report: ReadinessReport, command: str) -> Iterator[str]:
    if not report.workloads:
        yield "✔ No pod has to be recreated."
    elif command and gravest_by_hand(report) is None:
        yield from (*_command(command), "")
    for recreation in Recreation:
        concerned = [one for one in report.workloads if one.recreation is recreation and unfit_in(one.by_verdict)]
        if concerned:
            yield f"### {recreation.value}: {recreation.todo}"
            yield ""
            yield "| namespace | workload | unfit | why | to know |"
            yield "|---|---|---|---|---|"
            yield from map(_row, concerned)
            yield ""
    pods = [finding for finding in report.findings if finding.verdict is Verdict.INCOMPATIBLE]
    if pods:
        yield "<details><summary>The pods, one by one</summary>"
        yield ""
        yield from _pods(pods)
        yield ""
        yield "</details>"
        yield ""
        yield from (f"- **{reason.code}**: {_escape(reason.remedy)}" for reason in _reasons(pods))


def _row(workload: Workload) -> str:
    unfit = f"{unfit_in(workload.by_verdict)} of {workload.eci_pods}"
    notes = "; ".join(workload.notes)
    name = f"{workload.kind}/{workload.name}"
    cells = (workload.namespace, name, unfit, ", ".join(workload.reasons), notes)
    return f"| {' | '.join(map(_escape, cells))} |"


def _pods(findings: list[Finding]) -> Iterator[str]:
    yield "| namespace | pod | platform version | reason | evidence |"
    yield "|---|---|---|---|---|"
    for one in findings[:_MOST_PODS]:
        cells = (one.namespace, one.name, one.platform_version or "unset", one.reason, one.evidence)
        yield f"| {' | '.join(map(_escape, cells))} |"
    if len(findings) > _MOST_PODS:
        yield ""
        yield f"… and {len(findings) - _MOST_PODS} more: -o json names them all."


def _exempt(report: ReadinessReport) -> Iterator[str]:
    if not report.exemptions:
        yield "✔ No exemption takes pods out of readiness."
    for one in report.exemptions:
        until = f" until {one.expires:%Y-%m-%d %H:%M} UTC" if one.expires else ""
        yield f"- {one.pods} pods{until}: {_escape(one.reason)}"


def _outlook(report: ReadinessReport) -> Iterator[str]:
    yield f"| {' | '.join(one.target for one in report.outlook)} |"
    yield f"|{'---|' * len(report.outlook)}"
    yield f"| {' | '.join(_MARKS[one.readiness] for one in report.outlook)} |"


def _reasons(findings: list[Finding]) -> Iterator[Reason]:
    codes = {finding.reason for finding in findings}
    return (reason for reason in Reason if reason.code in codes and reason.remedy)


def _escape(text: str) -> str:
    """Keep Markdown, and HTML in it, from reading anything into a text."""
    return _SPECIAL.sub(r"\\\1", text)
