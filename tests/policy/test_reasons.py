"""Reason codes are stable, and each has a pod that gets it and a like pod that does not, as data."""

from pathlib import Path

import pytest

from tests.builders import NOW, facts_of_json
from tests.cases import case_files, case_id, prove_complete, read_case
from webhook.policy.reasons import Reason
from webhook.policy.verdict import Verdict

FILES = case_files(__file__)


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


def test_every_reason_has_a_pod_that_gets_it_and_one_that_does_not() -> None:
    prove_complete(FILES, {reason.code for reason in Reason})


@pytest.mark.parametrize("path", FILES, ids=case_id)
def test_case(path: Path) -> None:
    case = read_case(path)
    facts = facts_of_json(case.object, case.policy.evidence)
    code = case.policy.judge(facts, case.policy.target, NOW).code if facts else "not ECI"
    assert (code == case.code) is case.gets_it, code
