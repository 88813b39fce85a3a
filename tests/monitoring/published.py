"""What manifests/monitoring publishes: rules, dashboard and runbook, read once."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parents[2] / "manifests/monitoring"

RULE: dict[str, Any] = yaml.safe_load((FOLDER / "prometheus-rule.yaml").read_text())
ALERTS: dict[str, dict[str, Any]] = {rule["alert"]: rule for group in RULE["spec"]["groups"] for rule in group["rules"]}
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "grafana-dashboard.json").read_text())
PANELS: dict[str, dict[str, Any]] = {panel["title"]: panel for panel in DASHBOARD["panels"] if panel["type"] != "row"}
RUNBOOK = (FOLDER / "runbook.md").read_text()

EXPRESSIONS: dict[str, str] = {f"alert {name}": rule["expr"] for name, rule in ALERTS.items()} | {
    f"panel {title} {target['refId']}": target["expr"]
    for panel in DASHBOARD["panels"]
    for title in [f"{panel['id']} {panel['title']}"]
    for target in panel.get("targets", ())
}


def sections(markdown: str) -> dict[str, str]:
    """The text under each heading of the third level, by its anchor."""
    _, *parts = re.split(r"^#{2,3} ", markdown, flags=re.MULTILINE)
    titles = (part.partition("\n") for part in parts)
    return {title.strip().lower().replace(" ", "-"): text.strip() for title, _, text in titles}
