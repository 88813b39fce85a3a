"""What is known of pods and workloads, however lists and events come."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from webhook.inventory.source import Change, ChangeKind
from webhook.policy.pod_document import INSTANCE_ID, PLATFORM_VERSION
from webhook.recreation.followed import Followed
from webhook.recreation.followed_pods import FollowedPods
from webhook.recreation.plan import WorkloadRef
from webhook.recreation.pod_item import pod_now

Json = dict[str, Any]

CREATED = "2026-11-26T12:00:00Z"
WEB = WorkloadRef(namespace="shop", kind="Deployment", name="web", uid="web")
READY = {"type": "Ready", "status": "True", "lastTransitionTime": "2026-11-26T12:00:09Z"}


def owned_by(uid: str) -> Json:
    return {"ownerReferences": [{"kind": "ReplicaSet", "name": "web", "uid": uid, "controller": True}]} if uid else {}


def raw(uid: str, owner: str = "", metadata: Json | None = None, **fields: Any) -> Raw:
    common = {"namespace": "shop", "name": "one", "uid": uid, "creationTimestamp": CREATED}
    return Raw(json.dumps({"metadata": common | owned_by(owner) | (metadata or {})} | fields).encode())


def change(kind: ChangeKind, item: Raw) -> Change:
    return Change(kind, item, "7")


UIDS, OWNERS = st.sampled_from("abc"), st.sampled_from(["", "x", "y"])
EVENTS = st.lists(st.tuples(st.sampled_from(["put", "put", "delete", "odd", "list"]), UIDS, OWNERS), max_size=30)


@given(EVENTS)
def test_pods_are_found_by_uid_and_by_owner_whatever_came_before(events: list[tuple[str, str, str]]) -> None:
    rung: list[None] = []
    pods, model = FollowedPods(lambda: rung.append(None)), dict[str, str]()
    for number, (event, uid, owner) in enumerate(events, 1):
        match event:
            case "put":
                pods.apply(change(ChangeKind.MODIFIED, raw(uid, owner)))
                model[uid] = owner
            case "delete":
                pods.apply(change(ChangeKind.DELETED, raw(uid, owner)))
                model.pop(uid, None)
            case "odd":
                pods.apply(change(ChangeKind.MODIFIED, Raw(b'{"metadata":{"uid":"a","name":7}}')))
            case _:
                pods.start_over()
                pods.add(raw(uid, owner))
                pods.complete("8")
                model = {uid: owner}
        assert len(rung) == number
        assert {one: pod.owner_uid for one in "abc" if (pod := pods.get(one))} == model
        for one in ("x", "y"):
            assert {pod.uid for pod in pods.owned_by(one)} == {found for found, by in model.items() if by == one}
        assert {pod.uid for pod in pods.bare("shop", "one")} == {found for found, by in model.items() if not by}


def test_a_deployment_has_the_pods_of_all_its_replica_sets_also_of_one_that_went_before_its_pods() -> None:
    followed = Followed()
    sets = followed.workloads["replicasets"]
    for uid in ("old", "new"):
        sets.apply(change(ChangeKind.ADDED, raw(uid, WEB.uid)))
        followed.pods.apply(change(ChangeKind.ADDED, raw(f"of {uid}", uid)))
    sets.apply(change(ChangeKind.DELETED, raw("old", WEB.uid)))
    sets.start_over()
    sets.add(raw("new", WEB.uid))
    sets.complete("8")
    assert {(pod.uid, pod.owner_uid) for pod in followed.pods_of(WEB)} == {("of old", "web"), ("of new", "web")}


def test_a_replica_set_that_was_let_go_is_nobodys() -> None:
    followed = Followed()
    sets = followed.workloads["replicasets"]
    followed.pods.apply(change(ChangeKind.ADDED, raw("pod", "set")))
    sets.apply(change(ChangeKind.ADDED, raw("set", WEB.uid)))
    assert len(followed.pods_of(WEB)) == 1
    sets.apply(change(ChangeKind.MODIFIED, raw("set")))
    assert not followed.pods_of(WEB)
    found = followed.pod("pod")
    assert found
    assert found.owner_uid == "set"


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "ReplicationController", "ReplicaSet"])
def test_a_workload_lives_until_it_is_deleted_or_about_to_be(kind: str) -> None:
    followed = Followed()
    web = WorkloadRef(namespace="shop", kind=kind, name="web", uid="web")
    sink = followed.workloads[f"{kind.lower()}s"]
    assert not followed.alive(web)
    sink.apply(change(ChangeKind.ADDED, raw("web", spec={"replicas": 3})))
    assert followed.alive(web)
    assert followed.wanted(web) == 3
    assert not followed.paused(web)
    sink.apply(change(ChangeKind.MODIFIED, raw("web", spec={"replicas": 3, "paused": True})))
    assert followed.paused(web)
    sink.apply(change(ChangeKind.MODIFIED, raw("web", metadata={"deletionTimestamp": CREATED})))
    assert not followed.alive(web)


def test_of_a_kind_that_is_not_followed_nobody_says_that_it_lives() -> None:
    assert not Followed().alive(WorkloadRef(namespace="shop", kind="CloneSet", name="web", uid="web"))


WAITING = {"name": "main", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "Back-off\npulling"}}}
ENDED = {"name": "main", "state": {"terminated": {"exitCode": 1, "reason": "Error"}}}
STARTING = {"name": "main", "state": {"waiting": {"reason": "ContainerCreating"}}}
UNSCHEDULED = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/5 nodes"}
UNREADY = {"type": "Ready", "status": "False", "reason": "ContainersNotReady", "message": "unready: [main]"}
TROUBLES: list[tuple[Json, str]] = [
    ({"phase": "Pending"}, "Pending"),
    ({"phase": "Pending", "conditions": [UNSCHEDULED]}, "Unschedulable: 0/5 nodes"),
    (
        {"phase": "Pending", "conditions": [UNREADY], "containerStatuses": [STARTING]},
        "ContainersNotReady: unready: [main]",
    ),
    (
        {"conditions": [UNREADY], "containerStatuses": [WAITING]},
        "container main: ImagePullBackOff: Back-off\N{REPLACEMENT CHARACTER}pulling",
    ),
    ({"conditions": [UNREADY], "containerStatuses": [ENDED]}, "container main ended with 1 Error"),
    ({"conditions": [UNREADY], "initContainerStatuses": [ENDED]}, "container main ended with 1 Error"),
    ({"phase": "Failed", "reason": "Evicted", "message": "too much memory"}, "Evicted: too much memory"),
    ({"phase": "Running", "conditions": [READY], "containerStatuses": [ENDED]}, ""),
]


@pytest.mark.parametrize(("status", "trouble"), TROUBLES)
def test_why_a_pod_is_not_ready_is_told_in_one_line(status: Json, trouble: str) -> None:
    pod = pod_now(raw("a", status=status))
    assert pod
    assert pod.trouble == trouble
    assert (pod.ready_since is None) == bool(trouble)


def test_a_pod_is_reduced_to_what_is_asked_of_it() -> None:
    annotations = {INSTANCE_ID: "eci-1", PLATFORM_VERSION: "1.0.0", "team": "a"}
    metadata = {"annotations": annotations, "deletionTimestamp": CREATED}
    pod = pod_now(raw("a", "x", metadata, spec={"nodeName": "n"}, status={"phase": "Succeeded", "conditions": [READY]}))
    assert pod
    assert (pod.instance_id, pod.platform_version, pod.node_name) == ("eci-1", "1.0.0", "n")
    assert (pod.deleting, pod.finished, pod.owner_uid) == (True, True, "x")
    assert pod.ready_since
    assert (pod.ready_since - pod.created_at).total_seconds() == 9
