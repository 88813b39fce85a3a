"""A plan as people see it, and as JSON."""

import msgspec
import pytest

from tests.builders import Json
from webhook.recreation.bare_pods import Bare
from webhook.recreation.plan import Plan
from webhook.recreation.scope import NamedWorkload, Scope
from webhook.recreation.showing import plan_json, plan_table

from .objects import budget, controller, deployment, member, members, rolling
from .sights import plan

SURE = rolling(1, 0)
DB = controller("StatefulSet", "db", replicas=7)
MADE = plan(
    *deployment("web", replicas=2, template={"spec": {}}),
    *deployment("once", replicas=1),
    DB,
    *members(DB, 7, labels={"app": "db"}, volumes=[{"name": "cache", "emptyDir": {}}]),
    budget("db", labels={"app": "db"}, healthy=6, desired=6, expected=7, maxUnavailable=1),
    member(None, "bare", labels={"app": "bare"}),
    member(None, "shell", labels={"app": "held"}),
    budget("held", labels={"app": "held"}, healthy=1, desired=1, expected=1, minAvailable=1),
    bare=Bare.RECREATE,
)
TABLE = """\
Plan for Kubernetes 1.26: 11 pods of 4 workloads to make anew, 1 left out
Cluster: pods.json, as of 2026-11-22T21:00:00Z

      NAMESPACE   WORKLOAD          HOW            PODS
  1   shop        StatefulSet/db    evict          7
      db-6 (the canary), db-5, db-4, db-3, db-2 and 2 more
      - PodDisruptionBudget shop/db allows none now (needs 6, has 6 of 7): each
        waits until it does
      - emptyDir volumes begin empty
  2   shop        Deployment/web    evict          2
      web-5d9-0, web-5d9-1
  3   shop        Deployment/once   restart        1
      once-5d9-0
      - a restart obeys the Deployment and not the budget: it makes its pod anew
  4   shop        Pod/bare          create again   1
      - evicted, and created again from its saved manifest

      NAMESPACE   WORKLOAD    LEFT OUT FOR      PODS
      shop        Pod/shell   BlockedByBudget   1
      - PodDisruptionBudget shop/held needs 1 healthy pod and has 1 of 1, so it
        never allows an eviction (minAvailable 1): let it allow one
"""


def test_a_plan_reads_from_the_first_to_the_last() -> None:
    assert plan_table(MADE, {}) == TABLE


def test_a_plan_of_nothing_says_so() -> None:
    assert plan_table(plan(), {}).startswith("Plan for Kubernetes 1.26: no pod has to be made anew\n")


def test_what_was_asked_for_is_in_the_first_line() -> None:
    asked = Scope(namespace="shop", selector_text="app=web", workload=NamedWorkload("deploy", "web"))
    assert plan_table(plan(scope=asked), {}).startswith(
        "Plan for Kubernetes 1.26 in shop with app=web of deploy/web: no pod"
    )


def test_a_saved_plan_is_read_back_as_it_was() -> None:
    assert msgspec.json.decode(plan_json(MADE), type=Plan) == MADE


def test_names_from_the_cluster_cannot_forge_lines() -> None:
    evil = member(None, "a\n  9 shop\x1b[31m")
    lines = plan_table(plan(evil), {}).splitlines()
    assert len(lines) == 6
    assert all(line.isprintable() for line in lines)


def test_lines_are_80_columns_unless_names_are_longer() -> None:
    assert max(map(len, plan_table(MADE, {}).splitlines())) <= 80


@pytest.mark.parametrize(
    ("objects", "line"),
    [
        ([*deployment(replicas=2, strategy=SURE), budget()], "web-5d9-0, web-5d9-1 (together the canary)"),
        ([*deployment(replicas=6, strategy=SURE), budget()], "web-5d9-4 and 1 more (together the canary)"),
        (deployment(replicas=1), "web-5d9-0 (the canary)"),
        ([member(None, "bare")], "bare (the canary)"),
    ],
)
def test_where_nothing_is_evicted_the_first_of_the_others_is_the_canary(objects: list[Json], line: str) -> None:
    other = member(None, "other", labels={"app": "other"})
    table = " ".join(plan_table(plan(*objects, other, bare=Bare.RECREATE), {}).split())
    assert (line in table, table.count("the canary)")) == (True, 1)


@pytest.mark.parametrize(("count", "line"), [(2, "      few-1 (the canary), few-0"), (6, "few-1 and 1 more")])
def test_of_many_pods_some_are_named_and_the_others_counted(count: int, line: str) -> None:
    few = controller("StatefulSet", "few", replicas=count)
    lines = plan_table(plan(few, *members(few, count)), {}).splitlines()
    assert any(one.endswith(line) for one in lines)
