"""``python -m tests.manifests.chart_schema`` puts what a policy may say into the schema of the chart's values.

All but ``$defs`` is written by hand, in the file itself. Helm reads no second file beside it.
"""

import json
from pathlib import Path

from webhook.policy.document.json_schema import json_schema

SCHEMA = Path(__file__).parents[2] / "manifests/chart/values.schema.json"


def render() -> str:
    """Return the file as it is to be."""
    by_hand = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return json.dumps(by_hand | {"$defs": json_schema()["$defs"]}, indent=2) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(render(), encoding="utf-8")
