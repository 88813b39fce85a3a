"""An exemption holds where every dimension that it gives matches, and until it expires."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import NOW, Json
from webhook.policy.exemptions import Exemption, Requester

REQUEST: Json = {
    "namespace": "lab",
    "requester": Requester("anna", ("dev", "ops")),
    "labels": {"tier": "scratch"},
    "now": NOW,
}


def exemption(**given: Any) -> Exemption:
    names = {key: frozenset(value) for key, value in given.items() if key in ("namespaces", "users", "groups")}
    return Exemption(reason="a test", **{"pod_labels": {}} | given | names)


@pytest.mark.parametrize(
    "given",
    [
        {"namespaces": ["lab"]},
        {"users": ["anna"]},
        {"groups": ["admins", "ops"]},
        {"namespaces": ["lab"], "users": ["anna"], "groups": ["dev"], "pod_labels": {"tier": "scratch"}},
        {"namespaces": ["lab"], "expires": NOW + timedelta(microseconds=1)},
    ],
)
def test_holds_where_all_that_is_given_matches(given: Json) -> None:
    assert exemption(**given).exempts_request(**REQUEST)


@pytest.mark.parametrize(
    "given",
    [
        {"namespaces": ["la"]},
        {"namespaces": ["lab-2"]},
        {"users": ["ann"]},
        {"groups": ["admins"]},
        {"namespaces": ["lab"], "users": ["bo"]},
        {"namespaces": ["lab"], "pod_labels": {"tier": "scratch", "more": "x"}},
        {"namespaces": ["lab"], "expires": NOW},
    ],
)
def test_does_not_hold_where_one_thing_does_not_match(given: Json) -> None:
    assert not exemption(**given).exempts_request(**REQUEST)


def test_a_running_pod_is_exempt_only_where_the_exemption_counts_as_ready() -> None:
    pod: Json = {"namespace": "lab", "labels": {}, "now": NOW}
    assert exemption(namespaces=["lab"], counts_as_ready=True).exempts_pod(**pod)
    assert not exemption(namespaces=["lab"]).exempts_pod(**pod)


def test_a_requester_that_nobody_knows_may_be_any_that_is_named() -> None:
    unknown = REQUEST | {"requester": None}
    assert exemption(users=["bo"], groups=["admins"]).exempts_request(**unknown)
    assert not exemption(users=["bo"], namespaces=["prod"]).exempts_request(**unknown)
