"""``python -m webhook.recreation.json_schema`` prints the JSON Schema of plans."""

import sys
from typing import Any

from webhook.readiness.json_schema import render, schema_of
from webhook.recreation.asked_plan import AskedPlan
from webhook.recreation.plan import KIND


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a plan."""
    return schema_of({AskedPlan: KIND})


if __name__ == "__main__":
    sys.stdout.write(render(json_schema()))
