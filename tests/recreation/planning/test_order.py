"""In which order workloads begin, and their pods go."""

from tests.builders import ORDINARY_NODE, Json
from webhook.recreation.bare_pods import Bare
from webhook.recreation.plan import Strategy

from .objects import budget, controller, deployment, member, members
from .sights import only_step, plan

DB = controller("StatefulSet", "db", replicas=11)
"""One fewer than there are pods, so that the one on its way out is not missed."""


def names(*objects: Json) -> list[str]:
    return [pod.name for pod in only_step(*objects).pods]


def test_workloads_with_more_replicas_begin_and_single_ones_come_last() -> None:
    made = plan(
        *deployment("once", replicas=1, strategy={"type": "Recreate"}),
        *deployment("restarted", replicas=1),
        *deployment("few", replicas=2),
        *deployment("many", replicas=5),
        *deployment("also-few", replicas=2),
        member(None, "bare"),
        bare=Bare.RECREATE,
    )
    assert [step.workload.name for step in made.steps] == ["many", "also-few", "few", "once", "restarted", "bare"]


def test_the_canary_is_the_first_pod_of_an_eviction() -> None:
    made = plan(*deployment("restarted", replicas=1), *deployment("few", replicas=2))
    assert (made.steps[0].strategy, made.steps[0].pods[0].name) == (Strategy.EVICT, "few-5d9-0")


def test_a_workload_with_pods_on_ordinary_nodes_is_no_canary_where_there_is_another() -> None:
    top, below, *pods = deployment("mixed", replicas=5)
    mixed = [top, below, *pods[:4], member(below, "mixed-9", None, instance_id=None, node=ORDINARY_NODE)]
    made = plan(*mixed, *deployment("few", replicas=2))
    assert [(step.workload.name, step.on_ordinary_nodes) for step in made.steps] == [("few", 0), ("mixed", 1)]
    assert only_step(*mixed).notes == (
        "1 of its 5 pods on ordinary nodes: a new one that comes up there needs no platform version",
    )


def test_who_serves_nobody_goes_first_then_the_highest_ordinal_and_who_is_going_anyway_last() -> None:
    pods = [member(DB, f"db-{place}") for place in (0, 2, 10)]
    pods += [member(DB, "db-1", ready=False), member(DB, "db-11", ready=False), member(DB, "db-3", deleting=True)]
    fit = [member(DB, f"db-{place}", "1.1.0") for place in (4, 5, 6, 7, 8, 9)]
    assert names(DB, *pods, *fit) == ["db-11", "db-1", "db-10", "db-2", "db-0", "db-3"]


def test_pods_of_others_go_by_name() -> None:
    top, below, *_ = deployment()
    assert names(top, below, *(member(below, name) for name in ("web-b", "web-10", "web-2"))) == [
        "web-10",
        "web-2",
        "web-b",
    ]


def test_a_pod_on_its_way_out_is_said_to_be() -> None:
    top = controller("ReplicaSet", replicas=1)
    assert "1 pod on the way out already" in only_step(top, member(top, "a"), member(top, "b", deleting=True)).notes


def test_the_budgets_that_are_asked_are_in_the_step() -> None:
    held = budget(healthy=3, desired=2, allowed=1, maxUnavailable=1)
    assert only_step(*deployment(), held).budgets == ("web",)
    assert only_step(*deployment(), budget("other", labels={"app": "other"})).budgets == ()
    assert only_step(*deployment(replicas=1), held).budgets == (), "a restart asks none"
    assert only_step(member(None, "bare"), held, bare=Bare.RECREATE).budgets == ("web",)


def test_what_is_lost_with_a_pod_is_said() -> None:
    top = controller("StatefulSet", "db")
    assert only_step(top, *members(top, volumes=[{"name": "cache", "emptyDir": {}}])).notes == (
        "emptyDir volumes begin empty",
    )
    assert only_step(top, *members(top, volumes=[{"name": "data", "persistentVolumeClaim": {}}])).notes == ()
