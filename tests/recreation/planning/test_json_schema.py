"""The published schema of a plan, and plans that keep to it."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from tests.builders import Json
from webhook.readiness.json_schema import render
from webhook.recreation.json_schema import json_schema
from webhook.recreation.scope import NamedWorkload, Scope
from webhook.recreation.showing import plan_json

from .objects import deployment
from .sights import plan
from .test_every_unfit_pod import around, clusters, wishes

PUBLISHED = Path(__file__).parents[3] / "manifests/recreation-plan.schema.json"


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    return jsonschema.Draft202012Validator(json_schema())


def test_the_published_schema_is_the_model() -> None:
    assert PUBLISHED.read_text() == render(json_schema()), "make schema"


@given(clusters, around, wishes)
def test_every_plan_keeps_to_it(
    validator: jsonschema.Draft202012Validator, cluster: list[Json], beside: list[Json], asked: dict[str, Any]
) -> None:
    validator.validate(json.loads(plan_json(plan(*cluster, *beside, **asked))))


def test_a_plan_says_what_it_is_and_what_was_asked_for(validator: jsonschema.Draft202012Validator) -> None:
    asked = Scope(namespace="shop", selector_text="app=web", workload=NamedWorkload("deploy", "web"))
    made = json.loads(plan_json(plan(*deployment(), scope=asked)))
    validator.validate(made)
    assert (made["apiVersion"], made["kind"]) == ("eci-upgrade-guard.io/v1alpha1", "RecreationPlan")
    assert (made["namespace"], made["selector"], made["workload"]) == ("shop", "app=web", "deploy/web")
    wrongs: list[Json] = [{"kind": "ReadinessReport"}, {"steps": [{}]}]
    for wrong in wrongs:
        with pytest.raises(jsonschema.ValidationError):
            validator.validate(made | wrong)
