"""From a pod to its verdict: the order of the questions, and odd values on the way."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, VIRTUAL_NODE, Json, facts_of_json, pod, policy, running, version
from tests.strategies import pods
from webhook.policy.evidence import EvidenceRules, Grade
from webhook.policy.judging import describe, judge, readiness
from webhook.policy.matrix import VENDOR_MATRIX
from webhook.policy.owner import Owner
from webhook.policy.pod_document import PodDocument
from webhook.policy.pod_facts import PodFacts, PodState, facts_of
from webhook.policy.reasons import Reason
from webhook.policy.verdict import Readiness, Verdict


def reason_for(one: Json, target: str = "1.26") -> Reason | None:
    facts = facts_of_json(one)
    return None if facts is None else judge(facts, version(target), VENDOR_MATRIX)


@pytest.mark.parametrize("phase", ["Running", "Unknown", "SomethingNew"])
def test_unset_counts_against_a_bound_pod_that_is_past_pending(phase: str) -> None:
    assert reason_for(pod(node=VIRTUAL_NODE, phase=phase)) is Reason.PLATFORM_VERSION_UNSET


def test_a_bound_pod_without_an_instance_is_pending() -> None:
    assert reason_for(pod(node=VIRTUAL_NODE, phase="Pending")) is Reason.NO_INSTANCE_YET


@pytest.mark.parametrize("phase", [None, ""])
def test_a_bound_pod_that_does_not_say_its_phase_is_unknown_and_not_pending(phase: str | None) -> None:
    facts = facts_of_json(pod(node=VIRTUAL_NODE, phase=phase))
    assert facts is not None
    assert (facts.state, describe(facts)) == (PodState.MALFORMED, "status.phase is absent")


def test_an_instance_id_ends_the_waiting_even_while_the_phase_says_pending() -> None:
    assert reason_for(running(phase="Pending")) is Reason.PLATFORM_VERSION_UNSET


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
@pytest.mark.parametrize("odd_or_old", ["1.0.0", None, 5, []])
def test_finished_pods_are_told_before_the_version_is_read(phase: str, odd_or_old: Any) -> None:
    assert reason_for(running(platform_version=odd_or_old, phase=phase)) is Reason.INSTANCE_ENDED


def test_acs_pods_and_others_are_told_before_the_version_is_read() -> None:
    assert reason_for(pod(node=VIRTUAL_NODE, labels={"alibabacloud.com/acs": "true"}, platform_version=5)) is None
    assert reason_for(pod(node="worker-1", platform_version=5)) is None


@pytest.mark.parametrize(
    ("field", "one"),
    [
        ("the annotation k8s.aliyun.com/eci-platform-version is not a string", running(platform_version=1.0)),
        ("the annotation k8s.aliyun.com/eci-instance-id is not a string", running(instance_id=7)),
        ("spec.nodeName is not a string", running(node=["virtual-kubelet"])),
        ("status.phase is not a string", running(phase={"Running": True})),
        ("metadata.labels is not a map", running(labels=["eci"])),
        ("metadata.annotations is not a map", running() | {"metadata": {"name": "a", "annotations": "1.1.0"}}),
        (
            "the label alibabacloud.com/acs is not a string",
            pod(node=VIRTUAL_NODE, labels={"alibabacloud.com/acs": True}),
        ),
    ],
)
def test_a_wrong_type_where_it_would_be_judged_makes_the_pod_unknown_and_names_the_field(field: str, one: Json) -> None:
    facts = facts_of_json(one)
    assert facts is not None
    assert judge(facts, version("1.24"), VENDOR_MATRIX) is Reason.POD_MALFORMED
    assert describe(facts) == field


def test_nothing_else_is_kept_of_a_pod_than_its_facts() -> None:
    one = running("a", "1.0.0", labels={"tier": "web"})
    owned = one | {"metadata": one["metadata"] | OWNED | {"deletionTimestamp": "2026-11-22T20:00:30Z"}}
    assert facts_of_json(owned) == PodFacts(
        namespace="team-a",
        name="a",
        uid="uid-of-team-a-a",
        state=PodState.RUNNING,
        grade=Grade.CERTAIN,
        sign="instance eci-a",
        platform_version="1.0.0",
        instance_id="eci-a",
        node_name=VIRTUAL_NODE,
        owner=Owner(kind="ReplicaSet", name="web", uid="u"),
        labels={"tier": "web"},
        deleting=True,
    )


def test_a_pod_that_says_hardly_anything_is_eci_by_its_namespace() -> None:
    seen: list[str] = []

    def sign_of(namespace: str) -> str:
        seen.append(namespace)
        return "namespace label eci=true"

    facts = facts_of(msgspec.convert({"metadata": {}}, PodDocument), EvidenceRules(), sign_of)
    assert facts is not None
    assert (facts.namespace, facts.name, facts.uid, facts.sign) == ("", "", "", "namespace label eci=true")
    assert seen == [""]


OWNED = {"ownerReferences": [{"kind": "ReplicaSet", "name": "web", "uid": "u", "controller": True}]}


def test_a_pod_that_cannot_be_judged_can_be_found_all_the_same() -> None:
    one = running("a", 5)
    facts = facts_of_json(one | {"metadata": one["metadata"] | OWNED})
    assert facts is not None
    assert (facts.namespace, facts.name, facts.uid) == ("team-a", "a", "uid-of-team-a-a")
    assert (facts.node_name, facts.owner) == (VIRTUAL_NODE, Owner(kind="ReplicaSet", name="web", uid="u"))


@pytest.mark.parametrize("one", [{}, {"metadata": {}}, {"metadata": {}, "spec": {"nodeName": 5}}])
def test_what_it_does_not_say_of_itself_is_left_empty(one: Json) -> None:
    facts = facts_of_json({"spec": {"nodeName": 5}} | one)
    assert facts is not None
    assert (facts.state, facts.sign) == (PodState.MALFORMED, "")
    assert (facts.namespace, facts.name, facts.uid, facts.node_name, facts.owner) == ("", "", "", "", None)


@pytest.mark.parametrize("field", ["annotations", "labels", "uid", "deletionTimestamp"])
def test_null_is_as_absent(field: str) -> None:
    one = running(platform_version="1.1.0")
    absent, null = dict(one["metadata"]), dict(one["metadata"])
    absent.pop(field, None)
    null[field] = None
    assert reason_for(one | {"metadata": null}) is reason_for(one | {"metadata": absent})


def test_null_spec_and_status_are_as_absent() -> None:
    assert reason_for(pod(instance_id="eci-1") | {"spec": None, "status": None}) is Reason.PLATFORM_VERSION_UNSET


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (
            running("a"),
            f"annotation absent, instance eci-a running on {VIRTUAL_NODE}",
        ),
        (running("a", ""), f"annotation empty, instance eci-a running on {VIRTUAL_NODE}"),
        (running("a", "1.0.0", node=None), "annotation 1.0.0, instance eci-a running"),
        (
            running("a", "1" * 41, instance_id=f"eci-{'a' * 60}"),
            f"annotation {'1' * 39}…, instance eci-{'a' * 58}… running on {VIRTUAL_NODE}",
        ),
        (
            running("a", instance_id=None),
            f"annotation absent, instance (id not known) running on {VIRTUAL_NODE}",
        ),
        (pod(labels={"eci": "true"}), "annotation absent, pending, label eci=true"),
        (pod(labels={"eci": "true"}, platform_version=5), "annotation absent, pending, label eci=true"),
        (running("a", phase="Failed"), "annotation absent, finished, instance eci-a"),
        (running("a", "1.0\n\x1b[31m"), f"annotation 1.0\ufffd\ufffd[31m, instance eci-a running on {VIRTUAL_NODE}"),
    ],
)
def test_evidence_says_what_was_seen_and_is_safe_to_show(one: Json, words: str) -> None:
    facts = facts_of_json(one)
    assert facts is not None
    assert describe(facts) == words


def test_a_pod_that_is_being_deleted_still_counts_and_the_evidence_says_it_goes() -> None:
    one = running("a", "1.0.0")
    one["metadata"]["deletionTimestamp"] = "2026-11-22T20:00:30Z"
    facts = facts_of_json(one)
    assert facts is not None
    assert judge(facts, version("1.26"), VENDOR_MATRIX) is Reason.PLATFORM_VERSION_TOO_OLD
    assert describe(facts).endswith("being deleted")


@given(pods)
def test_any_pod_gets_a_verdict_or_is_not_eci(one: Json) -> None:
    facts = facts_of_json(one)
    assert facts is None or policy().judge(facts, version("1.26"), NOW).verdict in Verdict


counts = st.dictionaries(st.sampled_from(list(Verdict)), st.integers(0, 5))


@given(counts, st.booleans())
def test_adding_an_unfit_pod_never_turns_not_ready_into_ready(before: dict[Verdict, int], complete: bool) -> None:  # noqa: FBT001 -- Hypothesis passes it
    for unfit in (Verdict.INCOMPATIBLE, Verdict.UNKNOWN):
        after = before | {unfit: before.get(unfit, 0) + 1}
        assert readiness(after, complete=complete) is not Readiness.READY
        if readiness(before, complete=complete) is Readiness.NOT_READY:
            assert readiness(after, complete=complete) is Readiness.NOT_READY


@given(counts)
def test_what_is_not_complete_is_never_ready(found: dict[Verdict, int]) -> None:
    assert readiness(found, complete=False) is not Readiness.READY


def test_pending_finished_and_exempt_pods_do_not_stand_in_the_way() -> None:
    assert readiness({Verdict.PENDING: 1, Verdict.FINISHED: 1, Verdict.EXEMPT: 1}, complete=True) is Readiness.READY
