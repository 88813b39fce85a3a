"""Which pods a plan looks at."""

import pytest

from webhook.policy.selector_text import parse_selector
from webhook.recreation.plan import LeftOut, Step
from webhook.recreation.scope import NamedWorkload, Scope

from .objects import controller, deployment, member, members
from .sights import plan, planned

DB = controller("StatefulSet", "db")
CLUSTER = [*deployment(), DB, *members(DB, labels={"tier": "db"}), member(None, "bare", namespace="lab")]


@pytest.mark.parametrize(
    ("scope", "workloads"),
    [
        (Scope(), {"shop/Deployment/web", "shop/StatefulSet/db", "lab/Pod/bare"}),
        (Scope(namespace="lab"), {"lab/Pod/bare"}),
        (Scope(selector=parse_selector("tier in (db)")), {"shop/StatefulSet/db"}),
        (Scope(workload=NamedWorkload("Deployment", "web")), {"shop/Deployment/web"}),
        (Scope(workload=NamedWorkload("deploy", "web")), {"shop/Deployment/web"}),
        (Scope(workload=NamedWorkload("statefulsets", "db")), {"shop/StatefulSet/db"}),
        (Scope(workload=NamedWorkload("sts", "web")), set()),
        (Scope(workload=NamedWorkload("po", "bare")), {"lab/Pod/bare"}),
    ],
)
def test_only_what_was_asked_for_is_planned_or_left_out(scope: Scope, workloads: set[str]) -> None:
    made = plan(*CLUSTER, scope=scope)
    assert {one.workload for one in made.steps}.isdisjoint(one.workload for one in made.left_out)
    held: list[Step | LeftOut] = [*made.steps, *made.left_out]
    assert {str(one.workload) for one in held} == workloads


def test_what_is_outside_is_not_counted() -> None:
    assert planned(*CLUSTER, scope=Scope(namespace="lab")).in_scope == 1
    assert planned(*CLUSTER, scope=Scope(workload=NamedWorkload("sts", "web"))).in_scope == 0


def test_a_plan_says_what_it_was_asked_for() -> None:
    text = "app=web"
    made = plan(*CLUSTER, scope=Scope(namespace="shop", selector=parse_selector(text), selector_text=text))
    assert (made.namespace, made.selector, made.target) == ("shop", text, "1.26")
    assert made.made_at == "2026-11-22T21:00:00Z"


def test_workloads_of_one_name_but_another_uid_are_two() -> None:
    before = controller("StatefulSet", "db")
    before["metadata"] |= {"uid": "uid-of-an-earlier-one"}
    made = plan(DB, *members(DB), member(before, "db-9"))
    assert [(len(step.pods), step.workload.uid) for step in made.steps] == [(3, "uid-of-StatefulSet-db")]
    assert [str(one.hindrance) for one in made.left_out] == ["OwnerGone"]
