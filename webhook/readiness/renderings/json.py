"""The report for programs: the model as it is."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec import structs

from webhook.readiness.rendering import Occasion
from webhook.readiness.report import Finding, ReadinessReport, Workload
from webhook.readiness.report_list import ReadinessReportList

_encoder = msgspec.json.Encoder()
_AT_ONCE = 100
"""Findings or workloads written in one step. A step holds the interpreter, and admission reviews wait for it."""


def render(report: ReadinessReport, _occasion: Occasion) -> bytes:
    """Return indented JSON with a newline at its end."""
    around = msgspec.json.format(_encoder.encode(structs.replace(report, workloads=(), findings=())), indent=2)
    # A text in the report cannot look like the place: inside of a text the quotes would be escaped.
    head, _, rest = around.partition(b'"workloads": []')
    between, _, tail = rest.partition(b'"findings": []')
    workloads = _member(b"workloads", report.workloads)
    findings = _member(b"findings", report.findings)
    return b"".join((head, *workloads, between, *findings, tail, b"\n"))


def render_list(reports: ReadinessReportList, _whole: Occasion, _each: Mapping[str, Occasion]) -> bytes:
    """Return the same of several clusters."""
    return msgspec.json.format(_encoder.encode(reports), indent=2) + b"\n"


def _member(name: bytes, items: Sequence[Finding] | Sequence[Workload]) -> Iterator[bytes]:
    """Yield a list as a member of the report, in pieces."""
    yield b'"%b": [' % name
    for start in range(0, len(items), _AT_ONCE):
        piece = msgspec.json.format(_encoder.encode(items[start : start + _AT_ONCE]), indent=2)
        yield b"," if start else b""
        yield piece.removeprefix(b"[").removesuffix(b"\n]").replace(b"\n", b"\n  ")
    yield b"\n  ]" if items else b"]"
