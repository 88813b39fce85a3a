"""``python -m webhook.readiness.json_schema`` prints the JSON Schema of reports."""

import sys
from typing import Any

import msgspec

from webhook.readiness import report, report_list
from webhook.readiness.report import ReadinessReport
from webhook.readiness.report_list import ReadinessReportList


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a report, or of one over several clusters, made from the models."""
    schemas, definitions = msgspec.json.schema_components(
        (ReadinessReport, ReadinessReportList),
        ref_template="#/$defs/{name}",
    )
    for name, kind in (("ReadinessReport", report.KIND), ("ReadinessReportList", report_list.KIND)):
        definitions[name]["properties"] |= {"apiVersion": {"const": report.API_VERSION}, "kind": {"const": kind}}
        definitions[name]["required"] += ["apiVersion", "kind"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "oneOf": list(schemas), "$defs": definitions}


def render() -> str:
    """Return it as the file that the repository holds."""
    return msgspec.json.format(msgspec.json.encode(json_schema()), indent=2).decode() + "\n"


if __name__ == "__main__":
    sys.stdout.write(render())
