"""What looks like a hindrance and is none: the workload is planned."""

from typing import Any

import pytest

from tests.builders import VIRTUAL_NODE, Json
from webhook.recreation.bare_pods import Bare
from webhook.recreation.plan import Strategy

from .objects import budget, controller, deployment, member, members, node, quota, rolling
from .sights import only_step


def test_who_is_not_ready_and_goes_anyway_is_no_reason_to_wait() -> None:
    top = controller("StatefulSet", "db")
    step = only_step(top, member(top, "db-0"), member(top, "db-1", ready=False), member(top, "db-2"))
    assert [pod.name for pod in step.pods] == ["db-1", "db-2", "db-0"]


@pytest.mark.parametrize(
    "budgets",
    [
        [budget(healthy=2, desired=2, maxUnavailable=1)],
        [budget(desired=3, expected=3, observed=0)],
        [budget(labels={"app": "other"})],
        [],
    ],
    ids=["may allow later", "was not counted since it changed", "of other pods", "none"],
)
def test_a_budget_that_may_allow_some_later_is_no_hindrance(budgets: list[Json]) -> None:
    top = controller("StatefulSet", "db")
    assert only_step(top, *members(top), *budgets).strategy is Strategy.EVICT


def test_what_a_budget_holds_now_is_said() -> None:
    top = controller("StatefulSet", "db")
    step = only_step(top, *members(top), budget(healthy=2, desired=2, maxUnavailable=1))
    assert step.notes == (
        "PodDisruptionBudget shop/web allows none now (needs 2, has 2 of 3): each waits until it does",
    )


@pytest.mark.parametrize(
    ("objects", "changes"),
    [(deployment(), {}), (deployment(replicas=1), {}), ([member(None, "bare")], {"bare": Bare.RECREATE})],
    ids=["a workload", "one that cannot lose a pod", "a bare pod"],
)
def test_a_quota_that_is_full_lets_one_come_for_one_that_went_and_says_so(objects: list[Json], changes: Any) -> None:
    notes = only_step(*objects, quota("3", "3"), **changes).notes
    told = "ResourceQuota shop/most has 3 of 3 pods: a new one comes when the old one has made room"
    assert f"{told}, if no other pod is sooner" in notes


def test_one_virtual_node_that_takes_pods_is_enough() -> None:
    nodes = [node(VIRTUAL_NODE, ready=False), node(f"{VIRTUAL_NODE}2"), node("cn-hangzhou.10.0.0.1", ready=False)]
    assert only_step(*deployment(), *nodes).strategy is Strategy.EVICT


@pytest.mark.parametrize("nodes", [{"failing": ["nodes"]}, {}])
def test_nodes_that_are_not_known_hinder_nobody(nodes: Any) -> None:
    ordinary = node("cn-hangzhou.10.0.0.1", ready=False)
    assert only_step(*deployment(), ordinary, **nodes).strategy is Strategy.EVICT


def test_each_kind_that_makes_new_pods_is_evicted() -> None:
    for kind in ("StatefulSet", "ReplicaSet", "ReplicationController"):
        top = controller(kind)
        assert only_step(top, *members(top)).workload.kind == kind


def test_what_owns_a_stateful_set_is_not_asked() -> None:
    operated = controller("StatefulSet", "db", of={**controller("Database"), "apiVersion": "example.com/v1"})
    assert str(only_step(operated, *members(operated)).workload) == "shop/StatefulSet/db"


def test_a_surge_is_not_what_a_quota_of_some_pods_forbids() -> None:
    scoped = quota("3", "3", scopes=["BestEffort"])
    assert only_step(*deployment(), budget(), scoped).strategy is Strategy.RESTART
    assert only_step(*deployment(), budget(), quota("4", "3")).strategy is Strategy.RESTART
    assert only_step(*deployment(strategy=rolling(1, 0)), quota("3", "3")).strategy is Strategy.EVICT
