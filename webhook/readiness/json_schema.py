"""``python -m webhook.readiness.json_schema`` prints the report's JSON Schema."""

import sys
from typing import Any

import msgspec

from webhook.readiness.report import API_VERSION, KIND, ReadinessReport


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12), made from the model itself."""
    (schema,), definitions = msgspec.json.schema_components((ReadinessReport,), ref_template="#/$defs/{name}")
    report = definitions["ReadinessReport"]
    report["properties"] |= {"apiVersion": {"const": API_VERSION}, "kind": {"const": KIND}}
    report["required"] += ["apiVersion", "kind"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "$defs": definitions}


def render() -> str:
    """Return it as the file that the repository holds."""
    return msgspec.json.format(msgspec.json.encode(json_schema()), indent=2).decode() + "\n"


if __name__ == "__main__":
    sys.stdout.write(render())
