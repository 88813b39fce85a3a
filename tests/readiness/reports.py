"""Reports to write: the example cluster, and small ones."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.builders import NOW, Json, inventory, policy, running
from webhook.inventory.pod_list import read_pod_list
from webhook.inventory.surroundings import NOT_EXAMINED, Budget, Surroundings, Template
from webhook.policy.document.reading import read_policy
from webhook.policy.owner import Owner
from webhook.policy.policy import Policy
from webhook.readiness.making import Show, make_report
from webhook.readiness.rendering import Format, Occasion, render
from webhook.readiness.report import ReadinessReport

EXAMPLES = Path(__file__).parents[2] / "manifests" / "examples"
AGAIN = "kubectl get pods -A -o json | eci-upgrade-guard report --from - --policy policy.yaml"
TAKEN_AT = datetime(2026, 11, 22, 20, 15, 30, tzinfo=UTC)
REPLICA_SET = Owner("ReplicaSet", "web-7d9c5b8f6c", "uid-of-the-replica-set")
DEPLOYMENT = Owner("Deployment", "web", "uid-of-the-deployment")
HEALTHY = Template(replicas=3, platform_version=None)


def owned(name: str, owner: Owner = REPLICA_SET, version: str | None = "1.0.0", **changes: Any) -> Json:
    """A running pod of a ReplicaSet, or of whom it is told to be."""
    one = running(name, version, **changes)
    reference = {"kind": owner.kind, "name": owner.name, "uid": owner.uid, "controller": True}
    one["metadata"]["ownerReferences"] = [reference]
    return one


def around(*budgets: Budget, template: Template = HEALTHY, **changes: Any) -> Surroundings:
    """What stands around pods of that ReplicaSet."""
    given: Json = {
        "owners": {REPLICA_SET.uid: DEPLOYMENT},
        "templates": {DEPLOYMENT.uid: template},
        "budgets": {"team-a": budgets},
    }
    return Surroundings(examined=True, **(given | changes))


def example_report() -> ReadinessReport:
    """The report that `make run` serves."""
    chosen = read_policy((EXAMPLES / "policy.yaml").read_bytes())
    found = read_pod_list((EXAMPLES / "pods.json").read_bytes(), chosen.evidence, source="pods.json", taken_at=TAKEN_AT)
    return make_report(found, chosen, target=chosen.target, now=NOW)


def report_on(
    *items: object,
    chosen: Policy | None = None,
    show: Show = Show.UNFIT,
    surroundings: Surroundings = NOT_EXAMINED,
    at: datetime = NOW,
    **changes: Any,
) -> ReadinessReport:
    chosen = chosen or policy()
    found = inventory(*items, **changes)
    return make_report(found, chosen, target=chosen.target, now=at, show=show, surroundings=surroundings)


def written(
    report: ReadinessReport,
    chosen: Format,
    *,
    again: str = AGAIN,
    age: float | None = None,
    headers: bool = True,
    recreate: str = "",
) -> str:
    """Write a report on an occasion that may be told from others by its age alone."""
    heard_at = None if age is None else NOW
    now = NOW + timedelta(seconds=age or 0)
    occasion = Occasion(now=now, heard_at=heard_at, again=again, recreate=recreate, headers=headers)
    return render(report, chosen, occasion).decode()


def page_of(report: ReadinessReport, *, again: str = AGAIN, age: float | None = None) -> str:
    return written(report, Format.HTML, again=again, age=age)
