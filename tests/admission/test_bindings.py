"""Bindings: here "newly scheduled" becomes certain, by what the inventory knows of the pod."""

from typing import Any

import pytest

from tests.builders import (
    NOW,
    ORDINARY_NODE,
    VIRTUAL_NODE,
    binding,
    engine,
    facts_of_json,
    known_inventory,
    pod,
    policy,
    request,
)
from webhook.admission.bindings import Unseen
from webhook.admission.decision import ALLOWED, Answer
from webhook.admission.engine import Engine
from webhook.admission.objection import Objection
from webhook.admission.review import BadReview
from webhook.policy.modes import UnsetAtCreate
from webhook.policy.pod_document import PLATFORM_VERSION

OLD = pod("web-1", platform_version="1.0.0", phase="Pending")
UID = OLD["metadata"]["uid"]
WAYS = pytest.mark.parametrize(
    "way", [{"sub_resource": "binding"}, {"resource": "bindings"}], ids=["pods/binding", "bindings"]
)


@WAYS
def test_binding_an_unfit_pod_to_a_virtual_node_is_denied(way: dict[str, Any]) -> None:
    decision = engine(None, OLD).decide(request(binding(VIRTUAL_NODE, UID), **way))
    assert decision.answer is Answer.DENIED
    assert isinstance(decision.objection, Objection)
    assert decision.objection.evidence == f"it is being bound to ECI (node {VIRTUAL_NODE})"
    assert (decision.objection.kind, decision.objection.namespace, decision.objection.name) == (
        "pod",
        "team-a",
        "web-1",
    )


def test_the_pod_is_called_as_the_request_says_or_else_the_binding() -> None:
    bound = binding(VIRTUAL_NODE, UID, name="of-the-binding")
    for name, called in (("of-the-request", "of-the-request"), (None, "of-the-binding")):
        objection = engine(None, OLD).decide(request(bound, sub_resource="binding", name=name)).objection
        assert isinstance(objection, Objection)
        assert objection.name == called
    nameless = engine().decide(request(bound | {"metadata": None}, sub_resource="binding", name=None, namespace=None))
    assert nameless.unseen == Unseen("", "", "")


@WAYS
def test_binding_it_to_an_ordinary_node_is_not(way: dict[str, Any]) -> None:
    assert engine(None, OLD).decide(request(binding(ORDINARY_NODE, UID), **way)).answer is Answer.ALLOWED


def test_the_pod_is_known_by_the_uid_and_not_by_its_name() -> None:
    bound = binding(VIRTUAL_NODE, "uid-of-a-newer-pod-of-that-name")
    assert engine(None, OLD).decide(request(bound, sub_resource="binding")).answer is Answer.ALLOWED


def test_where_the_binding_has_no_uid_the_pod_is_known_by_its_name() -> None:
    assert (
        engine(None, OLD).decide(request(binding(VIRTUAL_NODE, None), sub_resource="binding")).answer is Answer.DENIED
    )


def test_a_pod_that_was_never_seen_is_allowed_and_named_so_that_the_cluster_can_be_asked() -> None:
    decision = engine().decide(request(binding(VIRTUAL_NODE, UID), sub_resource="binding"))
    assert decision.answer is Answer.ALLOWED
    assert decision.unseen == Unseen(UID, "team-a", "web-1")


def test_what_the_cluster_says_of_it_decides() -> None:
    asked = request(binding(VIRTUAL_NODE, UID), sub_resource="binding")
    assert engine().decide(asked, looked_up=facts_of_json(OLD)).answer is Answer.DENIED
    fresh = facts_of_json(pod("web-1", labels={"eci": "true"}))
    assert engine().decide(asked, looked_up=fresh) is ALLOWED


def test_nobody_is_asked_about_an_ordinary_new_pod_that_the_inventory_has_seen() -> None:
    known = known_inventory(policy())
    known.store.put_unbound(UID)
    seen = Engine(policy(), known, lambda: NOW)
    assert seen.decide(request(binding(VIRTUAL_NODE, UID), sub_resource="binding")) is ALLOWED


def test_nobody_is_asked_about_a_pod_that_goes_to_an_ordinary_node() -> None:
    assert engine().decide(request(binding(ORDINARY_NODE, UID), sub_resource="binding")) is ALLOWED


def test_a_pod_without_a_version_is_bound_unless_the_policy_judges_unset_pods() -> None:
    fresh = pod("web-1", labels={"eci": "true"})
    asked = request(binding(VIRTUAL_NODE, fresh["metadata"]["uid"]), sub_resource="binding")
    assert engine(None, fresh).decide(asked).answer is Answer.ALLOWED
    strict = policy(unset_at_create=UnsetAtCreate.JUDGE)
    assert engine(strict, fresh).decide(asked).answer is Answer.DENIED


def test_annotations_of_the_binding_are_merged_into_the_pod_and_so_they_decide() -> None:
    merged = binding(VIRTUAL_NODE, UID, annotations={PLATFORM_VERSION: "1.1.0"})
    assert engine(None, OLD).decide(request(merged, sub_resource="binding")).answer is Answer.ALLOWED
    odd = binding(VIRTUAL_NODE, UID, annotations={PLATFORM_VERSION: 5})
    assert engine(None, OLD).decide(request(odd, sub_resource="binding")).answer is Answer.WARNED


def test_a_malformed_pod_gets_a_warning() -> None:
    malformed = pod("web-1", labels="eci")
    asked = request(binding(VIRTUAL_NODE, malformed["metadata"]["uid"]), sub_resource="binding")
    decision = engine(None, malformed).decide(asked)
    assert decision.answer is Answer.WARNED
    assert isinstance(decision.objection, Objection)
    assert decision.objection.problem == "metadata.labels is not a map"


@pytest.mark.parametrize("target", [None, {}, {"name": 5}])
def test_a_binding_without_a_node_is_a_bad_review(target: Any) -> None:
    with pytest.raises(BadReview, match=r"^request\.object has no target\.name$"):
        engine().decide(request(binding(VIRTUAL_NODE, UID) | {"target": target}, sub_resource="binding"))


def test_a_binding_of_another_shape_is_one_too() -> None:
    with pytest.raises(BadReview, match=r"^request\.object has a wrong type"):
        engine().decide(request({"metadata": 5}, sub_resource="binding"))
