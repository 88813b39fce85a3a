"""The report for programs: JSON and YAML, the model as it is."""

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import structs

from webhook.readiness.report import Finding, ReadinessReport

_encoder = msgspec.json.Encoder()
_AT_ONCE = 100
"""Findings written in one step. A step holds the interpreter, and admission reviews wait for it meanwhile."""
_NO_FINDINGS = b'"findings": []'


def render_json(report: ReadinessReport) -> bytes:
    """Return indented JSON with a newline at its end."""
    around = msgspec.json.format(_encoder.encode(structs.replace(report, findings=())), indent=2) + b"\n"
    if not report.findings:
        return around
    # A text in the report cannot look like the place: inside of a text the quotes would be escaped.
    head, _, tail = around.partition(_NO_FINDINGS)
    return b"".join((head, b'"findings": [', b",".join(_pieces(report.findings)), b"\n  ]", tail))


def _pieces(findings: Sequence[Finding]) -> Iterator[bytes]:
    for start in range(0, len(findings), _AT_ONCE):
        piece = msgspec.json.format(_encoder.encode(findings[start : start + _AT_ONCE]), indent=2)
        yield piece.removeprefix(b"[").removesuffix(b"\n]").replace(b"\n", b"\n  ")


def render_yaml(report: ReadinessReport) -> bytes:
    """Return YAML."""
    import yaml  # noqa: PLC0415 -- only this format needs it

    plain = msgspec.json.decode(_encoder.encode(report))
    return yaml.dump(plain, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, encoding="utf-8")
