"""New pods: what they declare decides, and an unset version is the platform's to set."""

from typing import Any

import pytest

from tests.builders import ORDINARY_NODE, VIRTUAL_NODE, Json, engine, pod, policy, request
from webhook.admission.decision import Answer, Decision
from webhook.admission.objection import Objection
from webhook.admission.pods import judge_new_pod
from webhook.policy.evidence import no_sign
from webhook.policy.modes import Mode, UnsetAtCreate
from webhook.policy.pod_document import PLATFORM_VERSION
from webhook.policy.policy import Policy
from webhook.policy.reasons import Reason


def decide(obj: Any, chosen: Policy | None = None, **changes: Any) -> Decision:
    return engine(chosen).decide(request(obj, **changes))


@pytest.mark.parametrize("version", [None, "", " "])
@pytest.mark.parametrize("labels", [None, {"alibabacloud.com/eci": "true"}])
def test_a_new_pod_has_no_platform_version_and_that_is_fine(version: Any, labels: Any) -> None:
    assert decide(pod(platform_version=version, labels=labels)).answer is Answer.ALLOWED


def test_a_declared_version_that_the_target_does_not_support_is_denied() -> None:
    decision = decide(pod(platform_version="1.0.0"))
    assert decision.answer is Answer.DENIED
    assert decision.objection is not None
    assert decision.objection.reason is Reason.PLATFORM_VERSION_TOO_OLD


def test_a_declared_version_that_the_target_supports_is_allowed() -> None:
    assert decide(pod(platform_version="1.1.0")).answer is Answer.ALLOWED
    assert decide(pod(platform_version="1.0.0"), policy("1.24")).answer is Answer.ALLOWED


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (pod(platform_version="1.0.0", instance_id="eci-1"), "it has an instance of ECI (instance eci-1)"),
        (pod(platform_version="1.0.0", node=VIRTUAL_NODE), f"bound to ECI (node {VIRTUAL_NODE})"),
        (pod(platform_version="1.0.0", labels={"eci": "true"}), "asks for ECI (label eci=true) and has no node yet"),
        (pod(platform_version="1.0.0"), "asks for ECI (declared platform version) and has no node yet"),
    ],
)
def test_how_sure_the_guard_is_can_be_told_from_the_words(one: Any, words: str) -> None:
    decision = decide(one)
    assert decision.objection is not None
    assert isinstance(decision.objection, Objection)
    assert words in decision.objection.evidence


@pytest.mark.parametrize(
    ("metadata", "changes", "name"),
    [
        ({"name": "web-1"}, {"name": ""}, "web-1"),
        ({"generateName": "web-"}, {"name": ""}, "web-*"),
        ({}, {"name": "web-1"}, "web-1"),
        ({}, {"name": None}, "*"),
    ],
)
def test_a_pod_is_named_as_far_as_it_has_a_name_yet(metadata: Json, changes: Json, name: str) -> None:
    annotations = {"annotations": {PLATFORM_VERSION: "1.0.0"}}
    objection = decide({"metadata": metadata | annotations}, **{"namespace": None} | changes).objection
    assert isinstance(objection, Objection)
    assert (objection.namespace, objection.name) == ("", name)


def test_what_its_namespace_says_counts_as_evidence() -> None:
    def sign_of(namespace: str) -> str:
        return f"namespace label eci=true of {namespace}"

    strict = policy(unset_at_create=UnsetAtCreate.JUDGE)
    objection = judge_new_pod(request(pod()), strict, sign_of)
    assert objection is not None
    assert objection.reason is Reason.PLATFORM_VERSION_UNSET
    assert objection.evidence == "it asks for ECI (namespace label eci=true of team-a) and has no node yet"
    assert judge_new_pod(request(pod()), strict, no_sign) is None


def test_of_a_pod_that_cannot_be_judged_nothing_is_said_but_what_is_wrong_with_it() -> None:
    objection = decide(pod(platform_version=5)).objection
    assert isinstance(objection, Objection)
    assert (objection.evidence, objection.platform_version, objection.labels) == ("", "", {})
    judged = decide(pod(platform_version="1.0.0")).objection
    assert isinstance(judged, Objection)
    assert judged.problem == ""


@pytest.mark.parametrize(
    "one",
    [
        pod(platform_version="1.0.0", node=ORDINARY_NODE),
        pod(platform_version="1.0.0", labels={"alibabacloud.com/acs": "true"}),
        pod(platform_version="1.0.0", instance_id="acs-1"),
    ],
    ids=["ordinary node", "ACS label", "ACS instance"],
)
def test_what_is_not_eci_is_allowed_whatever_it_declares(one: Any) -> None:
    assert decide(one).answer is Answer.ALLOWED


@pytest.mark.parametrize("version", ["9.9.9", "v 1.1.0", "vv1.0.0", 1.0, ["1.0.0"]])
def test_what_is_not_known_is_no_proof_and_gets_a_warning_at_most(version: Any) -> None:
    assert decide(pod(platform_version=version)).answer is Answer.WARNED
    assert decide(pod(platform_version=version), policy(mode=Mode.AUDIT)).answer is Answer.AUDITED


def test_unset_is_judged_if_the_policy_says_so_and_only_where_the_pod_asks_for_eci() -> None:
    strict = policy(unset_at_create=UnsetAtCreate.JUDGE)
    decision = decide(pod(labels={"eci": "true"}), strict)
    assert decision.answer is Answer.DENIED
    assert decision.objection is not None
    assert decision.objection.reason is Reason.PLATFORM_VERSION_UNSET
    assert decide(pod(), strict).answer is Answer.ALLOWED


@pytest.mark.parametrize("operation", ["UPDATE", "DELETE", "CONNECT", "SOMETHING_NEW"])
def test_nothing_but_create_is_ever_held_up(operation: str) -> None:
    assert decide(pod(platform_version="1.0.0"), operation=operation).answer is Answer.ALLOWED


@pytest.mark.parametrize(
    "sub_resource", ["status", "ephemeralcontainers", "eviction", "resize", "exec", "something-new"]
)
def test_subresources_are_not_held_up(sub_resource: str) -> None:
    assert decide(pod(platform_version="1.0.0"), sub_resource=sub_resource).answer is Answer.ALLOWED


@pytest.mark.parametrize(
    ("group", "resource"), [("", "services"), ("example.com", "pods"), ("apps", "controllerrevisions")]
)
def test_resources_that_are_not_judged_are_allowed_unread(group: str, resource: str) -> None:
    assert decide("anything at all", group=group, resource=resource).answer is Answer.ALLOWED


def test_a_dry_run_gets_the_same_answer() -> None:
    assert decide(pod(platform_version="1.0.0"), dryRun=True) == decide(pod(platform_version="1.0.0"), dryRun=False)


def test_kube_system_is_never_held_up() -> None:
    assert decide(pod(platform_version="1.0.0"), namespace="kube-system").answer is Answer.ALLOWED


def test_a_pod_named_by_its_controller_is_shown_with_the_beginning_of_its_name() -> None:
    one = pod(platform_version="1.0.0")
    del one["metadata"]["name"]
    one["metadata"]["generateName"] = "web-57dfc4fdc8-"
    decision = decide(one, name="")
    assert decision.objection is not None
    assert decision.objection.name == "web-57dfc4fdc8-*"
