"""A pod list becomes an inventory; one odd item costs itself alone."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, ORDINARY_NODE, VIRTUAL_NODE, Json, inventory, pod, pod_list, policy, running
from tests.strategies import json_values, pods
from webhook.inventory.pod_list import NotAPodList, read_pod_list
from webhook.policy.evidence import EvidenceRules
from webhook.policy.pod_facts import PodState
from webhook.policy.verdict import Verdict
from webhook.readiness.making import make_report

EXAMPLE = Path(__file__).parents[2] / "manifests/examples/pods.json"


def read(data: bytes) -> Any:
    return read_pod_list(data, EvidenceRules(), source="test", taken_at=None)


def test_only_eci_pods_are_kept_and_all_objects_are_counted() -> None:
    found = inventory(running("a"), pod("b", node=ORDINARY_NODE), pod("c", node=VIRTUAL_NODE, phase="Pending"))
    assert [facts.name for facts in found.pods] == ["a", "c"]
    assert found.examined == 3
    assert found.complete


@pytest.mark.parametrize(
    ("items", "namespace"),
    [
        ([running("a"), pod("b", node=ORDINARY_NODE)], "team-a"),
        ([running("a"), pod("b", node=ORDINARY_NODE, namespace="team-b")], ""),
        ([running("a"), 5], ""),
        ([], ""),
    ],
    ids=["one", "several", "one and something unreadable", "none"],
)
def test_a_list_of_one_namespace_is_known_as_such(items: list[Any], namespace: str) -> None:
    assert inventory(*items).all_in == namespace


def test_items_without_a_kind_are_pods_as_in_a_pod_list() -> None:
    one = running("a")
    del one["kind"], one["apiVersion"]
    found = inventory(one, kind="PodList")
    assert [facts.name for facts in found.pods] == ["a"]


@pytest.mark.parametrize("items", [[], None])
def test_a_list_with_no_items_is_empty_and_complete(items: Any) -> None:
    found = inventory(items=items)
    assert (found.pods, found.examined, found.complete) == ((), 0, True)


def test_a_list_with_a_continue_token_is_not_complete() -> None:
    assert not inventory(running("a"), metadata={"continue": "abc"}).complete
    assert inventory(running("a"), metadata={"continue": ""}).complete


def test_a_byte_order_mark_does_not_matter() -> None:
    assert read(b"\xef\xbb\xbf" + pod_list(running("a"))).examined == 1


ODD_ITEMS = [
    (5, "Expected `object`, got `int`"),
    (None, "Expected `object`, got `null`"),
    (running("a") | {"kind": "Node"}, "is of another kind than Pod: Node"),
    (running("a") | {"metadata": None}, "has no metadata.name"),
    (running("a") | {"metadata": {}}, "has no metadata.name"),
    (running("a") | {"metadata": "a"}, "Expected `object | null`, got `str` - at `$.metadata`"),
    (running("a") | {"spec": []}, "Expected `object | null`, got `array` - at `$.spec`"),
    (running("a") | {"metadata": {"name": 5}}, "Expected `str | null`, got `int` - at `$.metadata.name`"),
]


@pytest.mark.parametrize(("item", "problem"), ODD_ITEMS)
def test_an_item_that_cannot_be_read_is_counted_and_named_by_its_place(item: Any, problem: str) -> None:
    found = inventory(running("first"), item, running("last"))
    assert [facts.name for facts in found.pods] == ["first", "last"]
    assert [(odd.place, odd.problem) for odd in found.unreadable] == [("items[1]", problem)]
    assert not found.complete


def test_one_annotation_of_a_wrong_type_among_thousands_makes_one_pod_unknown() -> None:
    many = [running(f"web-{number}", "1.1.0") for number in range(3000)]
    many[1500]["metadata"]["annotations"]["k8s.aliyun.com/eci-platform-version"] = {"odd": 1}
    found = inventory(*many)
    assert len(found.pods) == 3000
    assert [facts.name for facts in found.pods if facts.state is PodState.MALFORMED] == ["web-1500"]


NOT_LISTS = [
    (b"", "the input is empty"),
    (b" \n", "the input is empty"),
    (b"<html><body>Bad Gateway</body></html>", "not JSON, or cut short"),
    (pod_list(running("a"))[:-9], "not JSON, or cut short"),
    (pod_list(running("a")) + b"{}", "not JSON, or cut short"),
    (json.dumps({"kind": "Status", "apiVersion": "v1", "code": 403}).encode(), "not a list of pods (Status)"),
    (json.dumps(running("a")).encode(), "not a list of pods (Pod)"),
    (pod_list(kind="DeploymentList"), "not a list of pods (DeploymentList)"),
    (pod_list(apiVersion="apps/v1"), "not a list of pods (List)"),
    (b'{"kind": "List", "apiVersion": "v1"}', "a list without items"),
    (pod_list(items={}), "not a list of pods: Expected `array | null`, got `object` - at `$.items`"),
    (b"[]", "not a list of pods: Expected `object`, got `array`"),
    (b"null", "not a list of pods: Expected `object`, got `null`"),
    (b"{}", "not a list of pods (no kind)"),
    (pod_list(running("a")).replace(b"Running", b"Runn\xffing"), "not UTF-8"),
    (pod_list(running("a"), unread="x").replace(b'"x"', b'"\xff"'), "not UTF-8"),
    ("{}".encode("utf-16"), "not UTF-8"),
    (b'{"kind": "List", "apiVersion": "v1", "items": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}", "nested too deeply"),
]


@pytest.mark.parametrize(("data", "message"), NOT_LISTS)
def test_what_is_no_pod_list_is_refused_as_a_whole(data: bytes, message: str) -> None:
    with pytest.raises(NotAPodList) as caught:
        read(data)
    assert str(caught.value).startswith(message)
    assert str(caught.value).endswith("expected the JSON of: kubectl get pods -A -o json")


@given(st.lists(st.one_of(pods, json_values), max_size=5))
def test_any_items_are_read_or_counted(items: list[Any]) -> None:
    found = inventory(*items)
    assert found.examined == len(items)
    assert len(found.pods) + len(found.unreadable) <= len(items)


@given(st.binary(max_size=100) | json_values.map(json.dumps).map(str.encode))
def test_any_bytes_are_a_pod_list_or_refused(data: bytes) -> None:
    with contextlib.suppress(NotAPodList):
        read(data)


@given(st.lists(pods, max_size=6), st.randoms())
def test_the_order_of_pods_does_not_matter(items: list[Json], random: Any) -> None:
    items = [one | {"metadata": one["metadata"] | {"uid": str(index)}} for index, one in enumerate(items)]
    shuffled = random.sample(items, len(items))
    assert inventory(*items) == inventory(*shuffled)


@given(st.lists(pods, max_size=5), st.integers(0, 5))
def test_adding_an_unfit_pod_never_makes_a_cluster_ready(items: list[Json], place: int) -> None:
    chosen = policy()
    grown = [*items[:place], running("unfit", "1.0.0"), *items[place:]]
    report = make_report(inventory(*grown), chosen, target=chosen.target, now=NOW)
    assert report.readiness == "NotReady"


def test_the_example_has_every_kind_of_pod_that_a_naive_version_gets_wrong() -> None:
    chosen = policy()
    found = read(EXAMPLE.read_bytes())
    verdicts = {facts.name: chosen.judge(facts, chosen.target, NOW).verdict for facts in found.pods}
    assert 35 <= found.examined <= 45
    assert set(verdicts.values()) >= set(Verdict) - {Verdict.EXEMPT}
    assert verdicts["portal-server-57dfc4fdc8-2gl64"] is Verdict.INCOMPATIBLE  # both from the vendor's page
    assert verdicts["demo-76d8d9f9d8-l7pwm"] is Verdict.INCOMPATIBLE
    assert "infer-acs-84f5b6c7d8-c5m2x" not in verdicts
    assert "legacy-report" not in verdicts
