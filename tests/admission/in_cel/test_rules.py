"""Which policies are written: one for what the mode answers, and one for what the guard answers otherwise."""

from typing import Any

import pytest

from tests.builders import policy, version
from webhook.admission.in_cel.admission_policy import MAX_EXPRESSION, AdmissionPolicy, TooLarge
from webhook.admission.in_cel.rules import NotInCel, admission_policies
from webhook.admission.kinds import JUDGED, Rule
from webhook.policy.evidence import EvidenceRules
from webhook.policy.exemptions import Exemption
from webhook.policy.matrix import VENDOR_MATRIX, Matrix, Support
from webhook.policy.modes import Mode, Modes, UnsetAtCreate
from webhook.policy.patterns import Patterns
from webhook.policy.policy import Policy

EXEMPT = Exemption(reason="a", namespaces=frozenset({"lab"}), pod_labels={})
OLD = Support(source="us", listed=frozenset({version("1.24")}), ends_before=version("1.26"))
MATRIX = Matrix({"": OLD, "1.0.0": OLD})


def found(chosen: Policy) -> dict[str, AdmissionPolicy]:
    return {one.name.partition(".")[0]: one for one in admission_policies(chosen)}


def said(one: AdmissionPolicy) -> list[str]:
    return [validation.why.partition(":")[0] for validation in one.validations]


MODES = [
    (Mode.DENY, (), {"pods": Mode.DENY, "pod-notices": Mode.WARN}),
    (Mode.DENY, (EXEMPT,), {"pods": Mode.DENY, "pod-notices": Mode.WARN}),
    (Mode.WARN, (EXEMPT,), {"pods": Mode.WARN}),
    (Mode.AUDIT, (), {"pods": Mode.AUDIT}),
    (Mode.AUDIT, (EXEMPT,), {"pods": Mode.AUDIT, "pod-notices": Mode.WARN}),
    (Mode.OFF, (EXEMPT,), {}),
]


@pytest.mark.parametrize(("mode", "exemptions", "expected"), MODES)
def test_what_the_mode_does_not_answer_has_a_policy_of_its_own(mode: Mode, exemptions: Any, expected: Any) -> None:
    chosen = Policy(target=policy().target, modes=Modes(pods=mode, workloads=Mode.OFF), exemptions=exemptions)
    assert {name: one.mode for name, one in found(chosen).items()} == expected


def test_workloads_have_a_mode_of_their_own() -> None:
    chosen = Policy(target=policy().target, modes=Modes(pods=Mode.OFF, workloads=Mode.DENY))
    assert {name: one.mode for name, one in found(chosen).items()} == {
        "workloads": Mode.DENY,
        "workload-notices": Mode.WARN,
    }


def test_an_unknown_version_and_what_is_exempt_are_never_denied() -> None:
    rules = found(policy(exemptions=(EXEMPT,), matrix=MATRIX))
    assert said(rules["pods"]) == ["PlatformVersionTooOld"]
    exempt = ["PlatformVersionTooOld, and exempt", "PlatformVersionUnknown, and exempt"]
    assert said(rules["pod-notices"]) == ["PlatformVersionUnknown", *exempt]


REASONS = [
    ({"target": "1.24"}, ["PlatformVersionUnknown"]),
    ({"target": "1.25"}, ["KubernetesVersionNotListed", "PlatformVersionUnknown"]),
    (
        {"unset_at_create": UnsetAtCreate.JUDGE},
        ["PlatformVersionUnset", "PlatformVersionTooOld", "PlatformVersionUnknown"],
    ),
    (
        {"unset_at_create": UnsetAtCreate.JUDGE, "matrix": Matrix({})},
        ["PlatformVersionUnknown", "PlatformVersionUnknown"],
    ),
]


@pytest.mark.parametrize(("given", "reasons"), REASONS)
def test_there_is_a_validation_for_each_reason_that_a_pod_can_meet(given: Any, reasons: list[str]) -> None:
    assert said(found(policy(mode=Mode.WARN, **{"matrix": MATRIX, **given}))["pods"]) == reasons


def test_pods_that_declare_nothing_are_kept_away_unless_they_are_judged() -> None:
    judging = found(policy(unset_at_create=UnsetAtCreate.JUDGE))
    assert list(found(policy())["pods"].conditions) == ["declares-a-platform-version"]
    assert not judging["pods"].conditions
    assert list(judging["workloads"].conditions) == ["declares-a-platform-version"]


def test_they_are_asked_for_signs_of_eci_only_where_they_are_judged() -> None:
    def names(chosen: Policy, rule: str) -> set[str]:
        return {variable.name for variable in found(chosen)[rule].variables}

    judging = policy(unset_at_create=UnsetAtCreate.JUDGE)
    assert "asks" not in names(policy(), "pods")
    assert "asks" in names(judging, "pods")
    assert "asks" not in names(judging, "workloads")
    assert "asks" not in names(policy("1.24", Mode.WARN, unset_at_create=UnsetAtCreate.JUDGE), "pods")


def test_a_policy_matches_the_kinds_that_the_rule_judges_when_they_are_created() -> None:
    for name, rule in (("pods", Rule.POD), ("workloads", Rule.WORKLOAD)):
        rules = found(policy())[name].rules
        matched = {(group, one, "") for each in rules for group in each["apiGroups"] for one in each["resources"]}
        assert matched == {key for key, judged in JUDGED.items() if judged.rule is rule}
        assert all(each["operations"] == ["CREATE"] for each in rules)


@pytest.mark.parametrize("pattern", [r"\C", r"a\\\C$", r"(\C)"])
def test_a_pattern_that_an_api_server_does_not_know_is_refused_by_its_field(pattern: str) -> None:
    with pytest.raises(NotInCel, match=r"^spec\.evidence\.nodeNamePatterns: "):
        admission_policies(policy(evidence=EvidenceRules(node_names=Patterns([pattern]))))
    assert admission_policies(policy(evidence=EvidenceRules(node_names=Patterns([r"\\C"]))))


LONG = "x" * MAX_EXPRESSION
TOO_LARGE = [
    ({"evidence": EvidenceRules(node_names=Patterns([LONG]))}, "spec.evidence.nodeNamePatterns"),
    (
        {"evidence": EvidenceRules(pod_labels={"a": LONG}), "unset_at_create": UnsetAtCreate.JUDGE},
        "spec.evidence.podLabels",
    ),
    ({"exemptions": (Exemption(reason="a", users=frozenset({LONG}), pod_labels={}),)}, "spec.exemptions"),
    ({"matrix": VENDOR_MATRIX.with_rows({LONG: Support(source="us")})}, "spec.matrix.platformVersions"),
]


@pytest.mark.parametrize(("given", "field"), TOO_LARGE)
def test_what_no_api_server_would_take_is_refused_by_its_field(given: Any, field: str) -> None:
    with pytest.raises(TooLarge, match=rf"^{field} is too large"):
        admission_policies(policy(**given))


def test_nor_is_what_is_too_large_only_together() -> None:
    whales = "\N{WHALE}" * 60_000
    rows = VENDOR_MATRIX.with_rows({whales: Support(source="us")})
    admission_policies(policy(matrix=rows))
    exempt = Exemption(reason="a", users=frozenset({whales}), pod_labels={})
    together = r"^spec\.evidence, spec\.exemptions and spec\.matrix are too large together: pods\."
    with pytest.raises(TooLarge, match=together):
        admission_policies(policy(mode=Mode.WARN, matrix=rows, exemptions=(exempt,)))
