"""Reasons at admission, as data: manifests of pods and workloads that get one, and like ones that do not."""

import json
from pathlib import Path

import pytest

from tests.builders import engine, review
from tests.cases import case_files, case_id, prove_complete, read_case
from webhook.admission.kinds import resource_of
from webhook.admission.review import read_review
from webhook.policy.reasons import Reason

FILES = case_files(__file__)


def test_every_reason_to_object_has_an_object_that_gets_it_and_one_that_does_not() -> None:
    prove_complete(FILES, {reason.code for reason in Reason if reason.verdict.unfit})


@pytest.mark.parametrize("path", FILES, ids=case_id)
def test_case(path: Path) -> None:
    case = read_case(path)
    group = case.object["apiVersion"].rpartition("/")[0]
    resource = resource_of(group, case.object["kind"])
    assert resource is not None
    asked = read_review(json.dumps(review(case.object, group=group, resource=resource)).encode())
    objection = engine(case.policy).decide(asked).objection
    code = objection.reason.code if objection else "nothing"
    assert (code == case.code) is case.gets_it, code
