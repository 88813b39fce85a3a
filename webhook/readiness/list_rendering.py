"""The formats of a report over several clusters. Every format loads its own means, as those of one report do."""

import re
from collections.abc import Mapping

import msgspec

from webhook.readiness.rendering import Format, Occasion, render
from webhook.readiness.report_list import ReadinessReportList

FOR_ONE_CLUSTER = frozenset({Format.HTML})
"""A page is a whole document, and several are no page."""


def render_list(
    reports: ReadinessReportList,
    chosen: Format,
    whole: Occasion,
    each: Mapping[str, Occasion],
) -> bytes:
    """Write them. ``each`` is the occasion of every cluster. Raises ValueError for a format of one cluster alone."""
    written = _written(reports, chosen, whole, each)
    return written if isinstance(written, bytes) else written.encode()


def _written(  # noqa: PLR0911 -- one a format
    reports: ReadinessReportList,
    chosen: Format,
    whole: Occasion,
    each: Mapping[str, Occasion],
) -> str | bytes:
    match chosen:
        case Format.TABLE | Format.WIDE:
            from webhook.readiness.renderings.clusters_table import (  # noqa: PLC0415 -- as the docstring says
                render_clusters_table,
            )

            return render_clusters_table(reports, whole, each, wide=chosen is Format.WIDE)
        case Format.JSON:
            return msgspec.json.format(msgspec.json.encode(reports), indent=2) + b"\n"
        case Format.YAML:
            from webhook.readiness.renderings.documents import render_yaml  # noqa: PLC0415 -- as above

            return render_yaml(reports)
        case Format.CSV:
            from webhook.readiness.renderings.csv import render_csv_list  # noqa: PLC0415 -- as above

            return render_csv_list(reports, headers=whole.headers)
        case Format.MARKDOWN:
            return _markdown(reports, each)
        case Format.JUNIT:
            from webhook.readiness.renderings.junit import render_junit_list  # noqa: PLC0415 -- as above

            return render_junit_list(reports)
        case Format.PROMETHEUS:
            from webhook.readiness.renderings.prometheus import render_prometheus_list  # noqa: PLC0415 -- as above

            return render_prometheus_list(reports)
        case Format.HTML:
            raise ValueError("a page is of one cluster")


def _markdown(reports: ReadinessReportList, each: Mapping[str, Occasion]) -> str:
    """Return a runbook for one cluster after the other, its headings two levels down."""
    from webhook.readiness.renderings.markdown import escape, mark  # noqa: PLC0415 -- as above

    parts = [f"# {mark(reports.readiness)} {escape(reports.summary)}\n"]
    for item in reports.items:
        parts.append(f"## {mark(item.readiness)} {escape(item.cluster)}\n")
        if item.report is None:
            parts.append(f"{escape(item.summary)}\n\n```console\n$ {each[item.cluster].again}\n```\n")
        else:
            runbook = render(item.report, Format.MARKDOWN, each[item.cluster]).decode()
            parts.append(re.sub("^#", "###", runbook, flags=re.MULTILINE))
    return "\n".join(parts)
