"""The JSON Schema that the repository publishes is that of the program, and says what the program does."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from webhook.policy.document.json_schema import json_schema, render

MANIFESTS = Path(__file__).parents[3] / "manifests"


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    return jsonschema.Draft202012Validator(json_schema())


def test_the_published_schema_is_current() -> None:
    assert (MANIFESTS / "policy.schema.json").read_text() == render(), "run: make schema"


def test_the_example_policy_follows_it(validator: jsonschema.Draft202012Validator) -> None:
    document: Any = yaml.load((MANIFESTS / "examples/policy.yaml").read_text(), Loader=yaml.BaseLoader)  # noqa: S506 -- BaseLoader makes texts alone
    document["spec"]["evidence"]["everyPodIsECI"] = False
    document["spec"]["exemptions"][0]["countsAsReady"] = True
    validator.validate(document)


@pytest.mark.parametrize(
    "change",
    [{"targetVersion": "latest"}, {"mode": {}}, {"modes": {"pods": "No"}}, {"exemptions": [{"namespaces": ["a"]}]}],
)
def test_what_the_program_refuses_the_schema_refuses(
    change: dict[str, Any],
    validator: jsonschema.Draft202012Validator,
) -> None:
    document = {
        "apiVersion": "eci-upgrade-guard.io/v1alpha1",
        "kind": "UpgradePolicy",
        "metadata": {"name": "test"},
        "spec": {"targetVersion": "1.26"} | change,
    }
    assert not validator.is_valid(json.loads(json.dumps(document)))
