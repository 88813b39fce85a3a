"""The report for spreadsheets. The first four columns are those of the vendor's own listing."""

import csv
import io

from webhook.readiness.report import ReadinessReport

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


def render_csv(report: ReadinessReport, *, headers: bool = True) -> str:
    """Return CSV (RFC 4180, but lines end with a newline alone). A field that is not there is empty."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if headers:
        writer.writerow(COLUMNS)
    for finding in report.findings:
        cells = (
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
        writer.writerow(map(_inert, cells))
    return out.getvalue()


def _inert(cell: str) -> str:
    """Keep a spreadsheet from running a cell: a tenant chooses what an annotation says."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell
