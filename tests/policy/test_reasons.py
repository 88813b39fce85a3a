"""Reason codes are stable, and each has a pod that gets it and a like pod that does not, as data.

A case is ``cases/CODE/{pass,fail}.WHY.yaml`` with a target, a pod and, where it matters, parts of a policy.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.builders import NOW, facts_of_json, version
from webhook.policy.document.reading import read_policy
from webhook.policy.reasons import Reason
from webhook.policy.verdict import Verdict

CASES = Path(__file__).parent / "cases"
FILES = sorted(CASES.glob("*/*.yaml"))


def test_codes_are_those_that_were_published() -> None:
    assert {reason.code: reason.verdict for reason in Reason} == {
        "PlatformVersionSupported": Verdict.COMPATIBLE,
        "PlatformVersionUnset": Verdict.INCOMPATIBLE,
        "PlatformVersionTooOld": Verdict.INCOMPATIBLE,
        "KubernetesVersionNotListed": Verdict.INCOMPATIBLE,
        "PlatformVersionUnknown": Verdict.UNKNOWN,
        "PodMalformed": Verdict.UNKNOWN,
        "NoInstanceYet": Verdict.PENDING,
        "InstanceEnded": Verdict.FINISHED,
        "Exempted": Verdict.EXEMPT,
    }


def test_whatever_needs_somebody_says_what_to_do() -> None:
    assert all(reason.remedy for reason in Reason if reason.verdict is not Verdict.COMPATIBLE)


@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.code)
def test_every_reason_has_a_pod_that_gets_it_and_one_that_does_not(reason: Reason) -> None:
    kinds = {path.name.partition(".")[0] for path in CASES.glob(f"{reason.code}/*.yaml")}
    assert kinds == {"pass", "fail"}


def test_no_case_belongs_to_a_reason_that_is_gone() -> None:
    assert {path.parent.name for path in FILES} == {reason.code for reason in Reason}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_case(path: Path) -> None:
    case: dict[str, Any] = yaml.safe_load(path.read_text())
    spec = {"targetVersion": case["target"], **case.get("policy", {})}
    header = {"apiVersion": "eci-upgrade-guard.io/v1alpha1", "kind": "UpgradePolicy", "metadata": {"name": "case"}}
    policy = read_policy(yaml.safe_dump({**header, "spec": spec}).encode())
    facts = facts_of_json(case["pod"], policy.evidence)
    code = policy.judge(facts, version(case["target"]), NOW).code if facts else "not ECI"
    assert (code == path.parent.name) is (path.name.startswith("fail.")), code
