"""``python -m webhook.policy.document.json_schema`` prints the policy document's JSON Schema."""

import json
import sys
from typing import Any

from webhook.policy.document.schema import PolicyDocument


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12), for editors and pipelines."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **PolicyDocument.model_json_schema(by_alias=True),
        "title": "UpgradePolicy",
    }


def render() -> str:
    """Return it as the file that the repository holds."""
    return json.dumps(json_schema(), indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render())
