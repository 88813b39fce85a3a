"""Counting workloads by the standings of their pods gives what looking at every pod would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import Json, facts_of_json, running
from webhook.inventory.workload_index import WorkloadIndex, workload_of
from webhook.policy.pod_facts import PodFacts


def owned(name: str, kind: str, owner: str, labels: dict[str, object] | None = None) -> PodFacts:
    reference: Json = {"kind": kind, "name": owner, "uid": f"uid-of-{owner}", "controller": True}
    one = running(name, "1.0.0", labels=labels)
    facts = facts_of_json(one | {"metadata": one["metadata"] | {"ownerReferences": [reference]}})
    assert facts is not None
    return facts


def bare(name: str) -> PodFacts:
    facts = facts_of_json(running(name))
    assert facts is not None
    return facts


WORKLOADS = [
    (bare("toolbox"), ("team-a", "Pod", "toolbox")),
    (owned("web-5d9-x", "ReplicaSet", "web-5d9", {"pod-template-hash": "5d9"}), ("team-a", "Deployment", "web")),
    (owned("web-x", "ReplicaSet", "web"), ("team-a", "ReplicaSet", "web")),
    (owned("web-x", "ReplicaSet", "web-5d9", {"pod-template-hash": "other"}), ("team-a", "ReplicaSet", "web-5d9")),
    (owned("web-x", "ReplicaSet", "-5d9", {"pod-template-hash": "5d9"}), ("team-a", "ReplicaSet", "-5d9")),
    (owned("web-x", "ReplicaSet", "web-5d9", {"pod-template-hash": 7}), ("team-a", "ReplicaSet", "web-5d9")),
    (owned("kafka-0", "StatefulSet", "kafka", {"pod-template-hash": "kafka"}), ("team-a", "StatefulSet", "kafka")),
]


@pytest.mark.parametrize(("pod", "workload"), WORKLOADS)
def test_a_workload_is_the_one_that_a_person_knows(pod: PodFacts, workload: tuple[str, str, str]) -> None:
    assert workload_of(pod) == workload


PODS = [bare("a"), bare("b"), *(owned(f"p{place}", "StatefulSet", f"s{place % 3}") for place in range(6))]
steps = st.lists(st.tuples(st.sampled_from(PODS), st.sampled_from("xyz")), max_size=20)


@given(steps, st.sets(st.sampled_from("xyz")), st.data())
def test_it_counts_what_a_look_at_all_pods_would_count(
    added: list[tuple[PodFacts, str]], wanted: set[str], data: st.DataObject
) -> None:
    index, held = WorkloadIndex(), []
    for one in added:
        index.add(*one)
        held.append(one)
        if data.draw(st.booleans()):
            gone = data.draw(st.sampled_from(held))
            held.remove(gone)
            index.remove(*gone)
    # A pod that is its own workload has one standing at a time; here it may be held under several, each counted.
    of_owned = {workload_of(pod) for pod, standing in held if pod.owner and standing in wanted}
    of_bare = [pod for pod, standing in held if not pod.owner and standing in wanted]
    assert index.count(wanted) == len(of_owned) + len(of_bare)


def test_nothing_is_kept_of_what_is_gone() -> None:
    index = WorkloadIndex()
    for pod in PODS:
        index.add(pod, "x")
    for pod in PODS:
        index.remove(pod, "x")
    assert index.count("x") == 0
    assert not index._pods
    assert not index._together
