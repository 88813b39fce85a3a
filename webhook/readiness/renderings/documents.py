"""The report for programs: JSON and YAML, the model as it is."""

import msgspec

from webhook.readiness.report import ReadinessReport

_encoder = msgspec.json.Encoder()


def render_json(report: ReadinessReport) -> bytes:
    """Return indented JSON with a newline at its end."""
    return msgspec.json.format(_encoder.encode(report), indent=2) + b"\n"


def render_yaml(report: ReadinessReport) -> bytes:
    """Return YAML."""
    import yaml  # noqa: PLC0415 -- only this format needs it

    plain = msgspec.json.decode(_encoder.encode(report))
    return yaml.dump(plain, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, encoding="utf-8")
