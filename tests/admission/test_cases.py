"""Reasons at admission, as data: manifests of pods and workloads that get one, and like ones that do not.

A case is ``cases/CODE/{pass,fail}.WHY.yaml`` with a target, a manifest and, where it matters, parts of a policy.
"""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.builders import engine, review
from webhook.admission.kinds import resource_of
from webhook.admission.review import read_review
from webhook.policy.document.reading import read_policy
from webhook.policy.reasons import Reason

CASES = Path(__file__).parent / "cases"
FILES = sorted(CASES.glob("*/*.yaml"))
UNFIT = [reason for reason in Reason if reason.verdict.unfit]


@pytest.mark.parametrize("reason", UNFIT, ids=lambda reason: reason.code)
def test_every_reason_to_object_has_an_object_that_gets_it_and_one_that_does_not(reason: Reason) -> None:
    kinds = {path.name.partition(".")[0] for path in CASES.glob(f"{reason.code}/*.yaml")}
    assert kinds == {"pass", "fail"}


def test_no_case_belongs_to_a_reason_that_is_gone() -> None:
    assert {path.parent.name for path in FILES} == {reason.code for reason in UNFIT}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_case(path: Path) -> None:
    case: dict[str, Any] = yaml.safe_load(path.read_text())
    spec = {"targetVersion": case["target"], "modes": {"pods": "Warn", "workloads": "Warn"}} | case.get("policy", {})
    header = {"apiVersion": "eci-upgrade-guard.io/v1alpha1", "kind": "UpgradePolicy", "metadata": {"name": "case"}}
    policy = read_policy(json.dumps({**header, "spec": spec}).encode())
    manifest = case["manifest"]
    group = manifest["apiVersion"].rpartition("/")[0]
    resource = resource_of(group, manifest["kind"])
    assert resource is not None
    decision = engine(policy).decide(
        read_review(json.dumps(review(manifest, group=group, resource=resource)).encode()),
    )
    code = decision.objection.reason.code if decision.objection else "nothing"
    assert (code == path.parent.name) is (path.name.startswith("fail.")), code
