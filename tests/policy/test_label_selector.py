"""Label selectors as Kubernetes reads them."""

import msgspec
import pytest

from tests.builders import Json
from webhook.policy.label_selector import LabelSelector

WEB = {"app": "web", "env": "prod"}


def needs(operator: str, *values: str, key: str = "app") -> Json:
    return {"key": key, "operator": operator, "values": list(values)}


@pytest.mark.parametrize(
    ("selector", "selected"),
    [
        ({}, True),
        ({"matchLabels": {"app": "web"}}, True),
        ({"matchLabels": {"app": "web", "env": "test"}}, False),
        ({"matchLabels": {"absent": "web"}}, False),
        ({"matchLabels": {"app": "web"}, "matchExpressions": [needs("In", "db")]}, False),
        ({"matchExpressions": [needs("In", "db", "web"), needs("NotIn", "db")]}, True),
        ({"matchExpressions": [needs("In", "web"), needs("NotIn", "web")]}, False),
        ({"matchExpressions": [needs("In"), needs("Exists")]}, False),
        ({"matchExpressions": [needs("NotIn", "web", key="absent"), {"key": "app", "operator": "NotIn"}]}, True),
        ({"matchExpressions": [needs("Exists"), needs("DoesNotExist", key="absent")]}, True),
        ({"matchExpressions": [needs("Exists", key="absent")]}, False),
        ({"matchExpressions": [needs("DoesNotExist")]}, False),
    ],
)
def test_all_that_it_says_must_hold(selector: Json, *, selected: bool) -> None:
    assert msgspec.convert(selector, LabelSelector).selects(WEB) is selected
