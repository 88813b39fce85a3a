"""New workloads: a pod template that pins an unfit platform version is heard of before its pods are."""

import pytest

from tests.builders import Json, engine, pod, policy, request, workload
from webhook.admission.decision import ALLOWED, Answer
from webhook.admission.kinds import JUDGED, Rule
from webhook.admission.objection import Objection
from webhook.admission.review import BadReview
from webhook.policy.modes import Mode, Modes, UnsetAtCreate
from webhook.policy.policy import Policy
from webhook.policy.reasons import Reason

KINDS = pytest.mark.parametrize(
    ("kind", "group", "resource"),
    [(judged.kind, group, resource) for (group, resource, _), judged in JUDGED.items() if judged.rule is Rule.WORKLOAD],
)


@KINDS
def test_a_template_that_declares_an_unfit_version_is_found_in_every_kind(kind: str, group: str, resource: str) -> None:
    obj = workload(kind, pod(platform_version="1.0.0"))
    decision = engine().decide(request(obj, group=group, resource=resource))
    assert decision.answer is Answer.DENIED
    assert decision.objection is not None
    assert decision.objection.kind == kind
    assert decision.objection.reason is Reason.PLATFORM_VERSION_TOO_OLD


@KINDS
def test_a_template_that_declares_nothing_is_allowed(kind: str, group: str, resource: str) -> None:
    obj = workload(kind, pod(labels={"alibabacloud.com/eci": "true"}))
    assert engine().decide(request(obj, group=group, resource=resource)).answer is Answer.ALLOWED


def test_nor_is_one_objected_to_where_unset_pods_are_judged() -> None:
    strict = policy(unset_at_create=UnsetAtCreate.JUDGE)
    obj = workload("Deployment", pod(labels={"alibabacloud.com/eci": "true"}))
    assert engine(strict).decide(request(obj, group="apps", resource="deployments")) is ALLOWED


@pytest.mark.parametrize("kind", ["Deployment", "CronJob"])
def test_a_template_for_acs_is_allowed(kind: str) -> None:
    obj = workload(kind, pod(platform_version="1.0.0", labels={"alibabacloud.com/acs": "true"}))
    resource = {"Deployment": ("apps", "deployments"), "CronJob": ("batch", "cronjobs")}[kind]
    asked = request(obj, group=resource[0], resource=resource[1])
    assert engine().decide(asked).answer is Answer.ALLOWED


def test_workloads_have_a_mode_of_their_own_and_by_default_it_warns() -> None:
    asked = request(workload("Deployment", pod(platform_version="1.0.0")), group="apps", resource="deployments")
    assert engine(Policy(target=policy().target)).decide(asked).answer is Answer.WARNED
    for mode, answer in ((Mode.OFF, Answer.ALLOWED), (Mode.WARN, Answer.WARNED), (Mode.AUDIT, Answer.AUDITED)):
        chosen = Policy(target=policy().target, modes=Modes(pods=Mode.DENY, workloads=mode))
        assert engine(chosen).decide(asked).answer is answer


@pytest.mark.parametrize(
    ("metadata", "changes", "name"),
    [
        ({"name": "web"}, {"name": "other"}, "web"),
        ({"generateName": "web-"}, {"name": ""}, "web-*"),
        ({}, {"name": "web"}, "web"),
        (None, {"name": None}, "*"),
    ],
)
def test_it_is_named_as_far_as_it_has_a_name_yet(metadata: Json | None, changes: Json, name: str) -> None:
    obj = workload("Deployment", pod(platform_version="1.0.0")) | {"metadata": metadata}
    asked = request(obj, group="apps", resource="deployments", **{"namespace": None} | changes)
    objection = engine().decide(asked).objection
    assert isinstance(objection, Objection)
    assert (objection.namespace, objection.name) == ("", name)


def test_what_has_another_shape_is_a_bad_review() -> None:
    with pytest.raises(BadReview, match=r"^request\.object has a wrong type"):
        engine().decide(request({"spec": 5}, group="apps", resource="deployments"))


@pytest.mark.parametrize("spec", [None, {}, {"template": None}, {"jobTemplate": None}, {"jobTemplate": {"spec": None}}])
def test_a_workload_without_a_template_is_allowed(spec: object) -> None:
    obj = workload("Deployment", pod()) | {"spec": spec}
    assert engine().decide(request(obj, group="apps", resource="deployments")).answer is Answer.ALLOWED
