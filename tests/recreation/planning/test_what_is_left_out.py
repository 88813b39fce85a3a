"""Pods that the plan does not touch: which hindrance, and what a person is told."""

from typing import Any

import pytest

from tests.builders import VIRTUAL_NODE, Json
from webhook.recreation.bare_pods import Bare
from webhook.recreation.plan import Hindrance, Strategy
from webhook.recreation.scope import Scope
from webhook.recreation.ways import Preference

from .objects import budget, controller, deployment, member, members, node, pinned, quota
from .sights import only_left, only_step, plan, planned

STATEFUL_SET = controller("StatefulSet", "db")
DELETED = controller("StatefulSet", "db")
DELETED["metadata"] |= {"deletionTimestamp": "2026-11-22T20:59:00Z"}
KRUISE = controller("StatefulSet", "db") | {"apiVersion": "apps.kruise.io/v1beta1"}
NAMELESS = controller("ReplicationController") | {"apiVersion": None}
DAEMON_SET = controller("DaemonSet", "agent")
KRUISE_DAEMON_SET = DAEMON_SET | {"apiVersion": "apps.kruise.io/v1alpha1"}
JOB = controller("Job", "night")
CRON_JOB = controller("CronJob", "nightly") | {"apiVersion": "batch/v1"}
JOB_OF_CRON = controller("Job", "nightly-1", of=CRON_JOB)
OTHER_BUDGET = budget("all", labels={"app": "web"}, maxUnavailable=1)


@pytest.mark.parametrize(
    ("objects", "changes", "hindrance", "why"),
    [
        ([member(STATEFUL_SET, "db-0")], {}, Hindrance.OWNER_GONE, "StatefulSet db, which its pods name, is not there"),
        ([DELETED, *members(DELETED)], {}, Hindrance.OWNER_GONE, "is being deleted"),
        (members(DAEMON_SET), {}, Hindrance.DAEMON_SET, "a new one comes once it is gone, on the same node: delete it"),
        (members(KRUISE_DAEMON_SET), {}, Hindrance.OWNER_UNKNOWN, "whether a DaemonSet of apps.kruise.io makes new"),
        (members(NAMELESS), {}, Hindrance.OWNER_UNKNOWN, "a ReplicationController makes new pods is not known"),
        (
            members(controller("Pod") | {"apiVersion": "v1"}),
            {},
            Hindrance.OWNER_UNKNOWN,
            "whether a Pod makes new pods",
        ),
        (members(KRUISE), {}, Hindrance.OWNER_UNKNOWN, "StatefulSet of apps.kruise.io"),
        (
            deployment(),
            {"failing": ["deployments"]},
            Hindrance.NOT_EXAMINED,
            "deployments could not be read: forbidden",
        ),
        (deployment(), {"failing": ["replicasets"]}, Hindrance.NOT_EXAMINED, "replicasets could not be read"),
        (deployment(), {"failing": ["poddisruptionbudgets"]}, Hindrance.NOT_EXAMINED, "poddisruptionbudgets could not"),
        (deployment(template=pinned("1.0.0")), {}, Hindrance.TEMPLATE_PINS_VERSION, "its template declares 1.0.0"),
        (deployment(paused=True), {}, Hindrance.OWNER_PAUSED, "resume it"),
        (deployment(replicas=0, pods=1), {}, Hindrance.OWNER_PAUSED, "scaled to 0"),
        (deployment(replicas=4, pods=3), {}, Hindrance.OWNER_UNHEALTHY, "3 of 4 pods are ready; mend it first"),
        ([member(None, "bare")], {}, Hindrance.BARE_POD, "--bare export"),
        ([member(None, "bare")], {"bare": Bare.EXPORT}, Hindrance.BARE_POD, "goes to shop.bare.pod.json"),
        ([JOB, *members(JOB)], {}, Hindrance.JOB, "it runs to an end"),
        ([JOB, *members(JOB)], {"failing": ["jobs", "poddisruptionbudgets"]}, Hindrance.JOB, "it runs to an end"),
        ([JOB_OF_CRON, *members(JOB_OF_CRON)], {}, Hindrance.JOB, "it runs to an end"),
        ([*deployment(), budget(), OTHER_BUDGET], {}, Hindrance.TWO_BUDGETS, "selects it (all, web): leave one"),
        (
            [STATEFUL_SET, *members(STATEFUL_SET), budget()],
            {},
            Hindrance.BLOCKED_BY_BUDGET,
            (
                "PodDisruptionBudget shop/web needs 3 healthy pods and has 3 of 3, so it never allows an eviction "
                "(maxUnavailable 0): let it allow one"
            ),
        ),
        (
            [*deployment(), budget(minAvailable="100%")],
            {"preference": Preference.EVICT},
            Hindrance.BLOCKED_BY_BUDGET,
            "minAvailable 100%",
        ),
        (
            [*deployment(strategy={"type": "Recreate"}), budget()],
            {},
            Hindrance.BLOCKED_BY_BUDGET,
            "let it allow one; no restart: its strategy is Recreate",
        ),
        (
            [*deployment(), budget(), quota("3", "3")],
            {},
            Hindrance.QUOTA,
            "no restart: ResourceQuota shop/most has 3 of 3 pods",
        ),
        (
            [*deployment(), quota("2", "3")],
            {},
            Hindrance.QUOTA,
            "ResourceQuota shop/most has 3 of 2 pods, so new ones would be refused: let it allow more",
        ),
        ([*deployment(), quota("2", "3")], {"preference": Preference.RESTART}, Hindrance.QUOTA, "has 3 of 2 pods"),
        ([*deployment(), budget(), quota("2", "3")], {}, Hindrance.QUOTA, "no restart: ResourceQuota shop/most"),
        ([member(None, "bare"), quota("0", "1")], {"bare": Bare.RECREATE}, Hindrance.QUOTA, "has 1 of 0 pods"),
        ([member(None, "bare"), quota("0", "1")], {}, Hindrance.BARE_POD, "--bare export"),
        ([*deployment(), node(VIRTUAL_NODE, ready=False)], {}, Hindrance.NODE_NOT_READY, f"{VIRTUAL_NODE}: not ready"),
        ([*deployment(), node(VIRTUAL_NODE, cordoned=True)], {}, Hindrance.NODE_NOT_READY, "cordoned"),
        (
            [*deployment(), node("odd", ready=False, labels={"type": "virtual-kubelet"})],
            {},
            Hindrance.NODE_NOT_READY,
            "odd: not ready",
        ),
    ],
)
def test_what_is_in_the_way_is_named(objects: list[Json], changes: Any, hindrance: Hindrance, why: str) -> None:
    left = only_left(*objects, **changes)
    assert (left.hindrance, len(left.pods)) == (hindrance, sum(one["kind"] == "Pod" for one in objects))
    assert why in left.why


def test_a_job_is_known_by_its_cron_job() -> None:
    assert str(only_left(JOB_OF_CRON, *members(JOB_OF_CRON)).workload) == "shop/CronJob/nightly"


def test_a_pod_that_finished_is_no_work() -> None:
    assert plan(JOB, *members(JOB, phase="Succeeded")).left_out == ()


def test_a_version_that_nobody_knows_is_told_and_never_planned() -> None:
    top = controller("StatefulSet", "db", replicas=2)
    made = planned(top, member(top, "db-0", "0.9.0"), member(top, "db-1"))
    (step,), (left,) = made.plan.steps, made.plan.left_out
    assert [pod.name for pod in step.pods] == ["db-1"]
    assert (left.hindrance, [pod.name for pod in left.pods]) == (Hindrance.NOT_EXAMINED, ["db-0"])
    assert "the matrix does not know the platform version" in left.why
    assert (made.in_scope, made.unfit, made.unknown) == (2, 1, 1)


def test_what_somebody_else_deleted_is_waited_for() -> None:
    top = controller("StatefulSet", "db")
    left = only_left(top, *members(top, 2), member(top, "db-2", deleting=True))
    assert left.why == "2 of 3 pods are ready; 1 pod on the way out: wait for what comes after"


def test_a_bare_pod_that_somebody_deletes_is_not_brought_back() -> None:
    left = only_left(member(None, "bare", deleting=True), bare=Bare.RECREATE)
    assert (left.hindrance, left.why) == (Hindrance.BARE_POD, "somebody deletes it, and may not want it back")


def test_a_fit_pod_that_is_not_ready_is_one() -> None:
    top = controller("StatefulSet", "db")
    left = only_left(top, *members(top, 2), member(top, "db-2", "1.1.0", ready=False))
    assert left.hindrance is Hindrance.OWNER_UNHEALTHY


def test_of_a_workload_with_several_budgets_only_the_pods_that_one_holds_for_ever_stay() -> None:
    top = controller("StatefulSet", "db", replicas=2)
    made = plan(top, member(top, "db-0"), member(top, "db-1", labels={"app": "free"}), budget())
    (step,), (left,) = made.steps, made.left_out
    assert ([pod.name for pod in step.pods], step.notes) == (["db-1"], ())
    assert ([pod.name for pod in left.pods], left.hindrance) == (["db-0"], Hindrance.BLOCKED_BY_BUDGET)


def test_the_cluster_s_own_pods_are_left_alone_unless_asked_for() -> None:
    system = [one | {"metadata": one["metadata"] | {"namespace": "kube-system"}} for one in deployment()]
    assert only_left(*system).hindrance is Hindrance.SYSTEM
    assert only_step(*system, scope=Scope(namespace="kube-system")).strategy is Strategy.EVICT


def test_what_a_bare_pod_s_budget_never_allows_is_not_tried() -> None:
    bare = member(None, "bare")
    assert only_left(bare, budget(), bare=Bare.RECREATE).hindrance is Hindrance.BLOCKED_BY_BUDGET
    assert only_left(bare, bare=Bare.RECREATE, failing=["poddisruptionbudgets"]).hindrance is Hindrance.NOT_EXAMINED
    assert only_step(bare, bare=Bare.RECREATE).strategy is Strategy.MAKE_AGAIN
