"""What a Terraform plan is read for: clusters that are there before and after, and between which minors they go."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import Json, version
from tests.cli.plans.documents import CLUSTER, HANGZHOU, PROD, SECRET, plan, upgrade, with_cluster
from tests.strategies import json_values, minors, spellings
from webhook.policy.upgrades.asking import rise_in, versions_in
from webhook.policy.upgrades.catalogue import catalogue
from webhook.policy.upgrades.kind import Upgrades
from webhook.policy.upgrades.terraform import GROUP, Malformed, PlannedChange, changes_in, is_plan, kinds_of_plans
from webhook.policy.upgrades.this_cluster import Claim, ThisCluster


def change_in(document: Json) -> PlannedChange:
    (change,) = changes_in(document)
    assert isinstance(change, PlannedChange)
    return change


def test_of_a_cluster_its_address_its_sort_and_its_minors_are_read() -> None:
    assert change_in(upgrade()) == PlannedChange(
        address=PROD, resource=CLUSTER, before=version("1.24"), after=version("1.26")
    )


def test_clusters_in_modules_are_read_in_the_order_of_the_plan() -> None:
    bj, hz = changes_in(plan("modules"))
    assert isinstance(bj, PlannedChange)
    assert isinstance(hz, PlannedChange)
    assert (bj.rises, hz.rises, hz.address) == (False, True, HANGZHOU)


@pytest.mark.parametrize("name", ["none", "errored"])
def test_clusters_that_are_made_or_go_are_no_changes(name: str) -> None:
    assert not [found for found in changes_in(plan(name)) if isinstance(found, PlannedChange)]


RISES = [
    # before, after -> rises
    ("1.24.6-aliyun.1", "1.26.3-aliyun.1", True),
    ("1.24.6-aliyun.1", "1.24.9-aliyun.1", False),
    ("1.26.3-aliyun.1", "1.24.6-aliyun.1", False),
    ("1.9.0", "1.10.0", True),  # by number, not by text
    ("1.20.15-aliyunedge.1", "1.22.15-aliyunedge.1", True),
    (None, "1.24.6-aliyun.1", True),
    ("", "1.24.6-aliyun.1", True),
    ("1.24.6-aliyun.1", None, False),
    ("1.24.6-aliyun.1", "", False),
    (None, None, False),
    ("1.24.6-aliyun.1", "latest", True),
    (None, "latest", True),
    ("latest", "latest", False),
    ("latest", "newest", True),
    ("latest", "1.24.6-aliyun.1", True),
    ("latest", None, False),
]


@pytest.mark.parametrize(("before", "after", "rises"), RISES)
def test_a_change_rises_or_it_does_not(before: str | None, after: str | None, rises: object) -> None:
    assert change_in(upgrade(before, after)).rises is rises


@given(minors, minors, st.data())
def test_what_rises_is_what_the_guard_calls_a_rise_of_any_object(before: int, after: int, data: st.DataObject) -> None:
    was, becomes = data.draw(spellings(before)), data.draw(spellings(after))
    kind = kinds_of_plans(ThisCluster())[0]
    found = versions_in(kind, {"version": becomes}), versions_in(kind, {"version": was})
    assert change_in(upgrade(was, becomes)).rises is (rise_in(*found, None) is not None)


@pytest.mark.parametrize("unknown", [{"version": True}, {"version": {}}, True, [], "true"])
def test_what_is_known_after_apply_may_be_any_version(unknown: Any) -> None:
    change = change_in(upgrade(after_unknown=unknown))
    assert (change.after, change.untold, change.rises) == (None, "(known after apply)", True)


@pytest.mark.parametrize("unknown", [None, False, {}, {"id": True}, {"version": False}])
def test_other_things_that_are_known_after_apply_do_not_matter(unknown: Any) -> None:
    assert change_in(upgrade(after_unknown=unknown)).after == version("1.26")


def test_a_text_that_is_no_version_is_not_kept() -> None:
    assert SECRET not in repr(change_in(upgrade(SECRET, f"{SECRET}!")))


@pytest.mark.parametrize("format_version", ["0.1", "0.2", "1.0", "1.2", "1.10"])
def test_formats_of_all_terraforms_since_0_12_are_read(format_version: str) -> None:
    assert change_in(upgrade() | {"format_version": format_version}).rises


@pytest.mark.parametrize("format_version", ["2.0", "10.0", "1", "1.x", "", None, 1.2, ["1.2"], "1.2\n"])
def test_another_format_is_not_read_at_all(format_version: Any) -> None:
    (found,) = changes_in(upgrade() | {"format_version": format_version})
    assert isinstance(found, Malformed)


def test_a_plan_from_which_all_but_the_changes_was_taken_is_one_still() -> None:
    """Somebody may do that to keep secrets out of it."""
    kept = {key: value for key, value in upgrade().items() if key in ("format_version", "resource_changes")}
    assert is_plan(kept)
    assert change_in(kept).rises


@pytest.mark.parametrize(
    "found",
    [
        {"format_version": "1.0"},  # terraform show -json, where there is no state
        {"format_version": "1.0", "terraform_version": "1.9.8", "values": {}},
        {"format_version": "1.0", "provider_schemas": {}},
        {"format_version": "1.0", "valid": True, "error_count": 0, "diagnostics": []},
    ],
)
def test_what_else_terraform_writes_is_no_plan_and_no_pass(found: Json) -> None:
    assert is_plan(found)
    (malformed,) = changes_in(found)
    assert isinstance(malformed, Malformed)
    assert malformed.problem == "it is no plan; give terraform show -json the file of terraform plan -out"


@pytest.mark.parametrize(
    "found",
    [None, 5, [], "1.2", {}, {"resource_changes": []}, {"apiVersion": "v1", "kind": "Pod", "format_version": "1.2"}],
)
def test_what_is_not_of_terraform_is_left_to_others(found: Any) -> None:
    assert not is_plan(found)


def test_what_is_malformed_is_told_by_its_address_or_its_place() -> None:
    documents = [with_cluster(change=5), with_cluster(address=5), with_cluster(type=5)]
    places = [found.place for document in documents for found in changes_in(document) if isinstance(found, Malformed)]
    assert places == [PROD, *["resource_changes[2] of the Terraform plan"] * 2]


@given(json_values, st.integers(0, 4))
def test_an_odd_change_hides_no_other_whatever_it_is(odd: Any, place: int) -> None:
    document = plan("upgrade")
    document["resource_changes"].insert(place, odd)
    assert change_in(upgrade()) in list(changes_in(document))


KEYS = ["address", "mode", "type", "change"]
OF_CHANGES = ["actions", "before", "after", "after_unknown"]


@given(st.dictionaries(st.sampled_from(KEYS), json_values), st.dictionaries(st.sampled_from(OF_CHANGES), json_values))
def test_whatever_a_cluster_says_it_is_read_or_told_and_never_an_error(parts: Json, change: Json) -> None:
    found = list(changes_in(with_cluster(**upgrade(**change)["resource_changes"][2] | parts)))
    assert len(found) <= 1


@given(
    st.dictionaries(st.sampled_from(["resource_changes", "errored", "format_version", "configuration"]), json_values)
)
def test_whatever_a_plan_says_it_is_read_or_told_and_never_an_error(parts: Json) -> None:
    assert all(isinstance(found, PlannedChange | Malformed) for found in changes_in(upgrade() | parts))


# Which of them stand for the cluster whose pods are known.


def test_every_cluster_of_a_plan_stands_for_this_one_unless_the_policy_claims_some_of_them() -> None:
    assert {kind.upgrades for kind in kinds_of_plans(ThisCluster())} == {Upgrades.THIS}
    of_hub = ThisCluster(objects=(Claim(namespace="fleet", name="prod"),))
    assert {kind.upgrades for kind in kinds_of_plans(of_hub)} == {Upgrades.THIS}
    of_plan = ThisCluster(objects=(Claim(group=GROUP, name=PROD),))
    assert {kind.upgrades for kind in kinds_of_plans(of_plan)} == {Upgrades.ANOTHER}


def test_the_kinds_of_plans_are_beside_those_of_the_catalogue_and_no_object_of_the_api() -> None:
    kinds = kinds_of_plans(ThisCluster())
    assert GROUP not in {kind.group for kind in catalogue().values()}
    assert not any(kind.is_object for kind in kinds)
    assert CLUSTER in {kind.resource for kind in kinds}
