"""The manifest: a comment above each choice, the same for the same policy, and nothing that could stop pods."""

from typing import Any

import pytest
import yaml

from tests.builders import NOW, policy
from webhook.admission.in_cel.manifest import written
from webhook.admission.in_cel.rules import admission_policies
from webhook.policy.exemptions import Exemption
from webhook.policy.modes import Mode, Modes, UnsetAtCreate
from webhook.policy.policy import Policy

EXEMPT = Exemption(reason="a", namespaces=frozenset({"lab"}), pod_labels={"b": "c"})
ALL = policy(exemptions=(EXEMPT,), unset_at_create=UnsetAtCreate.JUDGE)


def write(chosen: Policy = ALL, **options: Any) -> str:
    given = {"namespace": "ours", "at": None, "made_by": "a command"} | options
    return written(admission_policies(chosen), chosen, **given)


def objects(text: str, kind: str) -> list[Any]:
    return [one for one in yaml.safe_load_all(text) if one and one["kind"] == kind]


def test_each_policy_has_a_binding_of_its_name() -> None:
    text = write()
    names = [one["metadata"]["name"] for one in objects(text, "ValidatingAdmissionPolicy")]
    assert names == [one["spec"]["policyName"] for one in objects(text, "ValidatingAdmissionPolicyBinding")]
    assert len(set(names)) == len(names) == 4


def test_the_same_policy_gives_the_same_bytes() -> None:
    def exempting(names: list[str]) -> Policy:
        return policy(exemptions=(Exemption(reason="a", namespaces=frozenset(names), pod_labels={}),))

    names = [f"team-{number}" for number in range(30)]
    assert write(exempting(names)) == write(exempting(names[::-1]))


def test_a_mistake_of_ours_stops_nothing_and_what_keeps_things_alive_is_spared() -> None:
    for one in objects(write(), "ValidatingAdmissionPolicy"):
        assert one["spec"]["failurePolicy"] == "Ignore"
        (selector,) = one["spec"]["matchConstraints"]["namespaceSelector"]["matchExpressions"]
        assert selector["values"] == ["kube-system", "ours"]


@pytest.mark.parametrize(
    ("mode", "actions"), [(Mode.DENY, ["Deny", "Audit"]), (Mode.WARN, ["Warn", "Audit"]), (Mode.AUDIT, ["Audit"])]
)
def test_what_is_found_is_answered_by_the_mode_and_always_noted(mode: Mode, actions: list[str]) -> None:
    chosen = Policy(target=ALL.target, modes=Modes(pods=mode, workloads=Mode.OFF))
    assert objects(write(chosen), "ValidatingAdmissionPolicyBinding")[0]["spec"]["validationActions"] == actions


def test_a_comment_stands_above_each_choice_and_first_of_all_who_made_it() -> None:
    lines = write().splitlines()
    assert lines[0] == "# Made by: a command"
    for place, line in enumerate(lines):
        if line.strip().partition(":")[0] in {"failurePolicy", "matchConstraints", "matchConditions", "- expression"}:
            assert lines[place - 1].lstrip().startswith("#"), line


def test_the_instant_stands_in_each_object_and_above_them_all() -> None:
    text = write(at=NOW)
    assert "# It is as of 2026-11-22T21:00:00Z:" in text
    for one in yaml.safe_load_all(text):
        if one:
            assert one["metadata"]["annotations"] == {"eci-upgrade-guard.io/at": "2026-11-22T21:00:00Z"}


def test_no_message_can_be_longer_than_an_api_server_shows() -> None:
    """5 KiB. What a request brings is bounded: names by Kubernetes, versions by what is shown of them."""
    whale = "\N{WHALE}" * 10_000
    widest = policy(name=whale, exemptions=(Exemption(reason=whale, users=frozenset({"a"}), pod_labels={}),))
    bound = {"request.kind.kind": 63, "request.namespace": 63, "object.metadata.name": 253, "variables.shown": 24 * 4}
    for one in admission_policies(widest):
        (exemption,) = (variable.expression for variable in one.variables if variable.name == "exemption")
        bound["variables.exemption"] = max(len(line.encode()) for line in exemption.splitlines())
        for validation in one.validations:
            sizes = (bound.get(part, len(part.encode())) for part in validation.message.split(" +\n"))
            assert sum(sizes) < 5 * 1024
