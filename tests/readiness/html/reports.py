"""Reports to draw pages of: the example cluster, and small ones."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.builders import NOW, inventory, policy
from webhook.inventory.pod_list import read_pod_list
from webhook.policy.document.reading import read_policy
from webhook.policy.policy import Policy
from webhook.readiness.making import Show, make_report
from webhook.readiness.report import ReadinessReport

EXAMPLES = Path(__file__).parents[3] / "manifests" / "examples"
AGAIN = "kubectl get pods -A -o json | eci-upgrade-guard report --from - --policy policy.yaml"
TAKEN_AT = datetime(2026, 11, 22, 20, 15, 30, tzinfo=UTC)


def example_report() -> ReadinessReport:
    """The report that `make run` serves."""
    chosen = read_policy((EXAMPLES / "policy.yaml").read_bytes())
    found = read_pod_list((EXAMPLES / "pods.json").read_bytes(), chosen.evidence, source="pods.json", taken_at=TAKEN_AT)
    return make_report(found, chosen, target=chosen.target, now=NOW)


def report_on(
    *items: Any,
    chosen: Policy | None = None,
    show: Show = Show.UNFIT,
    **changes: Any,
) -> ReadinessReport:
    chosen = chosen or policy()
    return make_report(inventory(*items, **changes), chosen, target=chosen.target, now=NOW, show=show)
