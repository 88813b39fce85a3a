"""The report for spreadsheets. The first four columns are those of the vendor's own listing."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from webhook.readiness.rendering import Occasion
from webhook.readiness.report import Finding, ReadinessReport
from webhook.readiness.report_list import UNREADABLE, ReadinessReportList

COLUMNS = (
    "namespace",
    "pod",
    "platform version",
    "instance id",
    "verdict",
    "reason",
    "node",
    "evidence",
    "remedy",
)


_FORMULA = re.compile(r"(^|;)(?=\s*[=+\-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}])")
"""The beginning of one. Where a comma is a decimal point, spreadsheets take a semicolon for the end of a cell."""


def render(report: ReadinessReport, occasion: Occasion) -> str:
    """Return CSV (RFC 4180, but lines end with a newline alone). A field that is not there is empty."""
    return _write(COLUMNS if occasion.headers else None, map(_cells, report.findings))


def render_list(reports: ReadinessReportList, whole: Occasion, _: Mapping[str, Occasion]) -> str:
    """Return CSV whose first column is the cluster. One that was not read has a row, or nobody would miss it."""
    return _write(("cluster", *COLUMNS) if whole.headers else None, _rows(reports))


def _write(headers: Iterable[str] | None, rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if headers is not None:
        writer.writerow(headers)
    writer.writerows(map(_inert, row) for row in rows)
    return out.getvalue()


def _rows(reports: ReadinessReportList) -> Iterator[Sequence[str]]:
    for item in reports.items:
        if item.report is None:
            yield (item.cluster, "", "", "", "", item.readiness.value, UNREADABLE, "", item.error or "", "")
        else:
            yield from ((item.cluster, *_cells(finding)) for finding in item.report.findings)


def _cells(finding: Finding) -> Sequence[str]:
    return (
        finding.namespace,
        finding.name,
        finding.platform_version or "",
        finding.instance_id or "",
        finding.verdict.value,
        finding.reason,
        finding.node or "",
        finding.evidence,
        finding.remedy,
    )


def _inert(cell: str) -> str:
    """Keep a spreadsheet from running a cell: a tenant chooses what an annotation says."""
    return _FORMULA.sub(r"\1'", cell)
