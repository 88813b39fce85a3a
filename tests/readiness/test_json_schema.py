"""The published schema of the report, and reports that keep to it."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.readiness.reports import report_on, written
from tests.strategies import json_values, pods
from webhook.readiness.json_schema import json_schema, render
from webhook.readiness.making import Show
from webhook.readiness.rendering import Format
from webhook.readiness.report_list import gather, not_read, reported

PUBLISHED = Path(__file__).parents[2] / "manifests/report.schema.json"


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    return jsonschema.Draft202012Validator(json_schema())


def test_the_published_schema_is_the_models() -> None:
    assert PUBLISHED.read_text() == render(json_schema()), "make schema"


@given(st.lists(pods | json_values, max_size=6), st.sampled_from(Show))
def test_every_report_keeps_to_it(validator: jsonschema.Draft202012Validator, listed: list[Any], show: Show) -> None:
    validator.validate(json.loads(written(report_on(*listed, show=show), Format.JSON)))


def test_a_report_over_several_clusters_keeps_to_it(validator: jsonschema.Draft202012Validator) -> None:
    both = gather([reported("one", report_on()), not_read("two", None, "it cannot be reached")])
    document = json.loads(msgspec.json.encode(both))
    validator.validate(document)
    with pytest.raises(jsonschema.ValidationError):
        validator.validate(document | {"kind": "ReadinessReport"})
