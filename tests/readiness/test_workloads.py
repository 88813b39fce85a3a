"""Unfit pods by workload, and how each can be made anew."""

from typing import Any

import pytest

from tests.builders import Json, running
from tests.readiness.reports import around, owned, report_on
from webhook.inventory.surroundings import NOT_EXAMINED, Budget, Surroundings, Template
from webhook.policy.label_selector import LabelSelector
from webhook.policy.matrix import VENDOR_MATRIX
from webhook.policy.owner import Owner
from webhook.policy.recreation import Recreation
from webhook.readiness.making import Show
from webhook.readiness.report import Workload


def only(*items: object, surroundings: Surroundings = NOT_EXAMINED) -> Workload:
    (workload,) = report_on(*items, surroundings=surroundings).workloads
    return workload


def test_pods_are_grouped_by_the_workload_that_a_person_knows() -> None:
    workload = only(owned("a"), owned("b"), owned("c", version="1.1.0"), surroundings=around())
    assert (workload.id, workload.eci_pods) == ("team-a/Deployment/web", 3)
    assert {verdict.value: count for verdict, count in workload.by_verdict.items()} == {
        "Compatible": 1,
        "Incompatible": 2,
    }
    assert workload.reasons == ("PlatformVersionTooOld",)


def test_findings_name_the_workload_that_they_belong_to() -> None:
    report = report_on(owned("a"), running("bare"), surroundings=around())
    assert [finding.workload for finding in report.findings] == ["team-a/Deployment/web", "team-a/Pod/bare"]


def budget(allowed: int, **labels: str) -> Budget:
    return Budget(name="web", selector=LabelSelector(labels), allowed=allowed, healthy=2, desired=2)


@pytest.mark.parametrize(
    ("item", "surroundings", "recreation"),
    [
        (running("bare", "1.0.0"), around(), Recreation.BARE_POD),
        (running("bare", "1.0.0"), NOT_EXAMINED, Recreation.BARE_POD),
        (owned("a"), NOT_EXAMINED, Recreation.NOT_EXAMINED),
        (owned("a"), around(), Recreation.BY_CONTROLLER),
        (owned("a"), around(template=Template(replicas=1, platform_version=None)), Recreation.SINGLE_REPLICA),
        (owned("a"), around(template=Template(replicas=3, platform_version="1.0.0")), Recreation.TEMPLATE_PINS_VERSION),
        (owned("a"), around(template=Template(replicas=3, platform_version="1.1.0")), Recreation.BY_CONTROLLER),
        (owned("a", labels={"app": "web"}), around(budget(0, app="web")), Recreation.BLOCKED_BY_BUDGET),
        (owned("a", labels={"app": "web"}), around(budget(1, app="web")), Recreation.BY_CONTROLLER),
        (owned("a", labels={"app": "db"}), around(budget(0, app="web")), Recreation.BY_CONTROLLER),
        (owned("a", Owner("Job", "night", "u")), around(), Recreation.JOB),
        (owned("a"), around(missing={"poddisruptionbudgets": "403"}), Recreation.NOT_EXAMINED),
        (owned("a"), around(missing={"statefulsets": "403"}), Recreation.BY_CONTROLLER),
    ],
)
def test_how_it_can_be_recreated_is_told_by_the_gravest(
    item: Json, surroundings: Surroundings, recreation: Recreation
) -> None:
    assert only(item, surroundings=surroundings).recreation is recreation


def test_a_budget_that_refuses_is_named_with_its_counts() -> None:
    workload = only(owned("a", labels={"app": "web"}), surroundings=around(budget(0, app="web")))
    assert workload.notes[0] == (
        "PodDisruptionBudget web allows no disruption now: 2 of 2 pods that it needs are healthy"
    )


def test_all_workloads_are_there_if_so_asked() -> None:
    fit = owned("a", version="1.1.0")
    assert report_on(fit, surroundings=around()).workloads == ()
    assert len(report_on(fit, surroundings=around(), show=Show.ALL).workloads) == 1


@pytest.mark.parametrize("references", [None, 5, [5], [{}], [{"controller": True}], [{"controller": True, "kind": 5}]])
def test_odd_owner_references_are_as_none(references: Any) -> None:
    one = running("a", "1.0.0")
    one["metadata"]["ownerReferences"] = references
    assert only(one).recreation is Recreation.BARE_POD


def test_the_outlook_answers_for_every_minor_that_the_matrix_speaks_of() -> None:
    outlook = {one.target: one.readiness.value for one in report_on(owned("a")).outlook}
    assert list(outlook) == [str(minor) for minor in VENDOR_MATRIX.minors()]
    assert (outlook["1.24"], outlook["1.26"]) == ("Ready", "NotReady")
