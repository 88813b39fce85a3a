"""``python -m webhook.readiness.json_schema`` prints the JSON Schema of reports."""

import sys
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from webhook.readiness import report, report_list
from webhook.readiness.report import API_VERSION, ReadinessReport
from webhook.readiness.report_list import ReadinessReportList


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a report, or of one over several clusters."""
    return schema_of({ReadinessReport: report.KIND, ReadinessReportList: report_list.KIND})


def schema_of(kinds: Mapping[type[Struct], str]) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of any of these documents, made from the models."""
    schemas, definitions = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    for model, kind in kinds.items():
        definition = definitions[model.__name__]
        definition["properties"] |= {"apiVersion": {"const": API_VERSION}, "kind": {"const": kind}}
        definition["required"] += ["apiVersion", "kind"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "oneOf": list(schemas), "$defs": definitions}


def render(schema: Mapping[str, Any]) -> str:
    """Return a schema as the file that the repository holds."""
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode() + "\n"


if __name__ == "__main__":
    sys.stdout.write(render(json_schema()))
