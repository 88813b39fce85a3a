"""Rules that are registered, held against those that the policy needs."""

from typing import Any

import pytest
import yaml

from tests.builders import policy
from webhook.admission.registration.configuration import Service, written
from webhook.admission.registration.coverage import not_sent
from webhook.admission.registration.entries import Entry, entries_for

NEEDED = entries_for(policy(), None)


def entry(resources: list[str], operations: list[str], group: str = "example.com") -> Entry:
    rule = {
        "apiGroups": [group],
        "apiVersions": ["*"],
        "resources": resources,
        "operations": operations,
        "scope": "Cluster",
    }
    return Entry(name="a", why="", rules=(rule,), conditions={}, timeout=1, spares=False)


def rule(groups: list[str], resources: list[str], operations: list[str], **more: Any) -> Any:
    found = {"apiGroups": groups, "apiVersions": ["*"], "resources": resources, "operations": operations, **more}
    return {"webhooks": [{"rules": [found]}]}


def test_a_configuration_that_the_program_wrote_lacks_nothing() -> None:
    assert not_sent(NEEDED, yaml.safe_load(written(NEEDED, Service(), made_by="hand"))) == ()


def test_without_a_rule_all_is_missing() -> None:
    missing = not_sent(NEEDED, {"webhooks": []})
    assert "pods" in missing
    assert "clusters.cluster.x-k8s.io" in missing
    assert missing == tuple(sorted(missing))


SENDS = [
    (rule(["example.com"], ["wonders"], ["CREATE", "UPDATE"]), True),
    (rule(["*"], ["*"], ["*"]), True),
    (rule(["example.com"], ["*/*"], ["*"]), True),
    (rule(["example.com"], ["wonders"], ["CREATE"]), False),
    (rule(["example.org"], ["wonders"], ["*"]), False),
    (rule(["example.com"], ["wonders/status", "others"], ["*"]), False),
]


@pytest.mark.parametrize(("registered", "sends"), SENDS)
def test_a_rule_sends_a_kind_if_it_names_group_resource_and_every_operation(registered: Any, sends: object) -> None:
    missing = not_sent([entry(["wonders"], ["CREATE", "UPDATE"])], registered)
    assert missing == (() if sends else ("wonders.example.com",))


@pytest.mark.parametrize(
    ("resources", "sends"),
    [
        (["pods/binding"], True),
        (["pods/*"], True),
        (["*/binding"], True),
        (["*/*"], True),
        (["*"], False),
        (["pods"], False),
    ],
)
def test_a_subresource_is_sent_by_a_rule_for_it_alone(resources: list[str], sends: object) -> None:
    missing = not_sent([entry(["pods/binding"], ["CREATE"], "")], rule([""], resources, ["CREATE"]))
    assert missing == (() if sends else ("pods/binding",))


SCOPES_AND_VERSIONS = [
    ({"scope": "Cluster"}, True),
    ({"scope": "*"}, True),
    ({"scope": "Namespaced"}, False),
    ({"apiVersions": ["v1beta1"]}, True),
    ({"apiVersions": []}, False),
]


@pytest.mark.parametrize(("more", "sends"), SCOPES_AND_VERSIONS)
def test_a_rule_sends_only_its_scope_and_any_one_version_is_enough(more: Any, sends: object) -> None:
    missing = not_sent([entry(["wonders"], ["CREATE"])], rule(["example.com"], ["wonders"], ["CREATE"], **more))
    assert missing == (() if sends else ("wonders.example.com",))


@pytest.mark.parametrize(("sent", "sends"), [(["v1"], True), (["v2", "v1"], True), (["*"], True), (["v2"], False)])
def test_where_one_version_is_needed_it_has_to_be_sent(sent: list[str], sends: object) -> None:
    needed = entry(["wonders"], ["CREATE"])
    needed.rules[0]["apiVersions"] = ["v1"]
    missing = not_sent([needed], rule(["example.com"], ["wonders"], ["CREATE"], apiVersions=sent))
    assert missing == (() if sends else ("wonders.example.com",))


def test_operations_may_be_spread_over_several_rules() -> None:
    spread = rule(["example.com"], ["wonders"], ["CREATE"])
    spread["webhooks"] += rule(["example.com"], ["wonders"], ["UPDATE"])["webhooks"]
    assert not_sent([entry(["wonders"], ["CREATE", "UPDATE"])], spread) == ()


@pytest.mark.parametrize(
    "odd", [None, [], "text", {"webhooks": 7}, {"webhooks": [7, {"rules": 7}, {"rules": [7, {}]}]}]
)
def test_an_odd_configuration_sends_nothing(odd: Any) -> None:
    assert not_sent([entry(["wonders"], ["CREATE"])], odd) == ("wonders.example.com",)
