"""Cases as data: ``cases/CODE/{pass,fail}.WHY.yaml`` beside a test, one folder a reason code.

Each has a target, an object, and where it matters parts of a policy. ``fail`` gets the reason, ``pass`` is alike and
does not.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from webhook.policy.document.reading import read_policy
from webhook.policy.policy import Policy

HEADER = {"apiVersion": "eci-upgrade-guard.io/v1alpha1", "kind": "UpgradePolicy", "metadata": {"name": "case"}}


class Case(NamedTuple):
    """One case."""

    code: str
    """The reason that it is about."""
    gets_it: bool
    policy: Policy
    object: Any


def case_files(test: str) -> list[Path]:
    """The cases beside a test module (its ``__file__``)."""
    return sorted((Path(test).parent / "cases").glob("*/*.yaml"))


def case_id(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def read_case(path: Path) -> Case:
    case: dict[str, Any] = yaml.safe_load(path.read_text())
    spec = {"targetVersion": case["target"], **case.get("policy", {})}
    policy = read_policy(json.dumps({**HEADER, "spec": spec}, default=str).encode())
    return Case(path.parent.name, path.name.startswith("fail."), policy, case["object"])


def prove_complete(files: list[Path], codes: set[str]) -> None:
    """Assert that every code has a case of either kind, and no case a code that is gone."""
    found = {(path.parent.name, path.name.partition(".")[0]) for path in files}
    assert found == {(code, kind) for code in codes for kind in ("pass", "fail")}
