"""What is done about an object that does not fit: the mode says it, an exemption takes it back."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import NOW, VIRTUAL_NODE, binding, engine, pod, policy, request
from webhook.admission import messages
from webhook.admission.decision import ALLOWED, Answer
from webhook.policy.exemptions import Exemption
from webhook.policy.modes import Mode

OLD = pod(platform_version="1.0.0", labels={"tier": "scratch"})
ANSWERS = {Mode.DENY: Answer.DENIED, Mode.WARN: Answer.WARNED, Mode.AUDIT: Answer.AUDITED, Mode.OFF: Answer.ALLOWED}


@pytest.mark.parametrize("mode", Mode)
def test_the_mode_decides_what_happens_to_an_unfit_pod(mode: Mode) -> None:
    assert engine(policy(mode=mode)).decide(request(OLD)).answer is ANSWERS[mode]


@pytest.mark.parametrize("mode", Mode)
def test_the_mode_of_pods_holds_for_their_bindings_too(mode: Mode) -> None:
    asked = request(binding(VIRTUAL_NODE, OLD["metadata"]["uid"]), sub_resource="binding")
    assert engine(policy(mode=mode), OLD).decide(asked).answer is ANSWERS[mode]


def exemption(**given: Any) -> Exemption:
    return Exemption(reason="restored as saved", **{"pod_labels": {}} | given)


@pytest.mark.parametrize(
    "given",
    [
        {"namespaces": frozenset({"team-a"})},
        {"users": frozenset({"anna"})},
        {"groups": frozenset({"developers"})},
        {"namespaces": frozenset({"team-a"}), "pod_labels": {"tier": "scratch"}},
    ],
)
def test_an_exempt_request_is_allowed_and_says_why(given: dict[str, Any]) -> None:
    held = exemption(**given)
    decision = engine(policy(exemptions=(held,))).decide(request(OLD))
    assert decision.answer is Answer.EXEMPT
    assert decision.exemption is held


def test_who_asks_before_anything_is_asked_of_an_api_server_hears_of_the_exemption_too() -> None:
    guard = engine(policy(exemptions=(exemption(namespaces=frozenset({"team-a"}), expires=NOW),)))
    denied = guard.decide(request(OLD))
    assert messages.in_full(ALLOWED, guard.policy) == ("",)
    assert messages.in_full(denied, guard.policy) == (messages.explain(denied, guard.policy),)
    held = exemption(namespaces=frozenset({"team-a"}), expires=NOW + timedelta(days=1))
    exempt = engine(policy(exemptions=(held,))).decide(request(OLD))
    assert messages.in_full(exempt, guard.policy) == (
        messages.explain(denied, guard.policy),
        "exempt, until 2026-11-23T21:00:00+00:00: restored as saved",
    )


def test_an_exemption_that_has_expired_no_longer_holds() -> None:
    over = exemption(namespaces=frozenset({"team-a"}), expires=NOW)
    still = exemption(namespaces=frozenset({"team-a"}), expires=NOW + timedelta(seconds=1))
    assert engine(policy(exemptions=(over,))).decide(request(OLD)).answer is Answer.DENIED
    assert engine(policy(exemptions=(over, still))).decide(request(OLD)).exemption is still


def test_an_exemption_is_not_spoken_of_where_nothing_was_wrong() -> None:
    everyone = exemption(groups=frozenset({"system:authenticated"}))
    assert engine(policy(exemptions=(everyone,))).decide(request(pod())).answer is Answer.ALLOWED


def test_a_binding_is_exempt_by_the_labels_that_the_inventory_knows() -> None:
    held = exemption(namespaces=frozenset({"team-a"}), pod_labels={"tier": "scratch"})
    asked = request(binding(VIRTUAL_NODE, OLD["metadata"]["uid"]), sub_resource="binding")
    assert engine(policy(exemptions=(held,)), OLD).decide(asked).answer is Answer.EXEMPT


def test_a_request_without_user_info_is_judged_like_any_other() -> None:
    held = exemption(users=frozenset({"anna"}))
    assert engine(policy(exemptions=(held,))).decide(request(OLD, userInfo=None)).answer is Answer.DENIED


@pytest.mark.parametrize("given", [{"users": frozenset({"restorer"})}, {"groups": frozenset({"restorers"})}])
def test_a_pod_whose_creator_is_exempt_is_not_left_unscheduled_by_its_binding(given: dict[str, Any]) -> None:
    """The scheduler asks for the binding, whoever created the pod."""
    guard = engine(policy(exemptions=(exemption(**given),)), OLD)
    scheduler = {"username": "system:kube-scheduler", "groups": ["system:authenticated"]}
    bound = request(binding(VIRTUAL_NODE, OLD["metadata"]["uid"]), sub_resource="binding", userInfo=scheduler)
    assert guard.decide(bound).answer is Answer.EXEMPT
    assert guard.decide(request(OLD)).answer is Answer.DENIED
