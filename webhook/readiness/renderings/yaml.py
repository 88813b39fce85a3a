"""The report for programs whose people like YAML: what the one in JSON says."""

from collections.abc import Mapping

import msgspec
import yaml

from webhook.readiness.rendering import Occasion
from webhook.readiness.report import ReadinessReport
from webhook.readiness.report_list import ReadinessReportList


def render(report: ReadinessReport, _occasion: Occasion) -> bytes:
    """Return YAML."""
    return _write(report)


def render_list(reports: ReadinessReportList, _whole: Occasion, _each: Mapping[str, Occasion]) -> bytes:
    """Return the same of several clusters."""
    return _write(reports)


def _write(model: ReadinessReport | ReadinessReportList) -> bytes:
    plain = msgspec.json.decode(msgspec.json.encode(model))
    return yaml.dump(plain, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, encoding="utf-8")
