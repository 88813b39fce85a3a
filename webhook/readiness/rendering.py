"""The formats of a report, and what each needs beside the report itself. Every format loads its own means."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from webhook.readiness.report import ReadinessReport


class Format(StrEnum):
    """What a report can be written as."""

    TABLE = "table"
    WIDE = "wide"
    JSON = "json"
    YAML = "yaml"
    CSV = "csv"
    MARKDOWN = "markdown"
    HTML = "html"
    JUNIT = "junit"
    PROMETHEUS = "prometheus"


MEDIA_TYPES = {
    Format.TABLE: "text/plain",
    Format.WIDE: "text/plain",
    Format.JSON: "application/json",
    Format.YAML: "application/yaml",
    Format.CSV: "text/csv",
    Format.MARKDOWN: "text/markdown",
    Format.HTML: "text/html",
    Format.JUNIT: "application/xml",
    Format.PROMETHEUS: "text/plain",
}

FOR_PEOPLE = frozenset({Format.TABLE, Format.WIDE, Format.MARKDOWN, Format.HTML})
"""Formats that say how old the data is. The others are the same bytes for the same state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What only the moment knows. Formats for programs do not look at it."""

    now: datetime
    heard_at: datetime | None
    """When the cluster was last heard, or a file was written."""
    again: str
    """The command that makes this report anew."""
    recreate: str = ""
    """The command that makes its unfit pods anew; "" where their cluster is not known."""
    headers: bool = True
    """Of table, wide and csv: whether there is more than the rows."""

    @property
    def age(self) -> float | None:
        """Seconds since the cluster was heard."""
        return None if self.heard_at is None else max(0.0, (self.now - self.heard_at).total_seconds())


def render(report: ReadinessReport, chosen: Format, occasion: Occasion) -> bytes:
    """Write a report."""
    written = _renderer(chosen)(report, occasion)
    return written if isinstance(written, bytes) else written.encode()


def _renderer(chosen: Format) -> Callable[[ReadinessReport, Occasion], str | bytes]:  # noqa: PLR0911 -- one a format
    match chosen:
        case Format.TABLE | Format.WIDE:
            from webhook.readiness.renderings.table import render_table  # noqa: PLC0415 -- as the docstring says

            return lambda report, occasion: render_table(report, occasion, wide=chosen is Format.WIDE)
        case Format.JSON:
            from webhook.readiness.renderings.documents import render_json  # noqa: PLC0415 -- as above

            return lambda report, _: render_json(report)
        case Format.YAML:
            from webhook.readiness.renderings.documents import render_yaml  # noqa: PLC0415 -- as above

            return lambda report, _: render_yaml(report)
        case Format.CSV:
            from webhook.readiness.renderings.csv import render_csv  # noqa: PLC0415 -- as above

            return lambda report, occasion: render_csv(report, headers=occasion.headers)
        case Format.MARKDOWN:
            from webhook.readiness.renderings.markdown import render_markdown  # noqa: PLC0415 -- as above

            return render_markdown
        case Format.HTML:
            from webhook.readiness.renderings.html import render_html  # noqa: PLC0415 -- as above

            return lambda report, occasion: render_html(
                report, again=occasion.again, recreate=occasion.recreate, age=occasion.age
            )
        case Format.JUNIT:
            from webhook.readiness.renderings.junit import render_junit  # noqa: PLC0415 -- as above

            return lambda report, _: render_junit(report)
        case Format.PROMETHEUS:
            from webhook.readiness.renderings.prometheus import render_prometheus  # noqa: PLC0415 -- as above

            return lambda report, _: render_prometheus(report)
