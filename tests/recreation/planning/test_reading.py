"""What is read for a plan, and what is not taken for granted where it is odd."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from msgspec import Raw

from tests.builders import Json
from webhook.inventory.source import Change, Page
from webhook.recreation.overheard import OverheardPods

from .objects import budget, controller, deployment, member, node, quota
from .sights import only_left, seen


class Twice:
    """A list that is begun, and begun anew."""

    def __init__(self, *lists: Sequence[bytes]) -> None:
        self._lists = list(lists)

    async def list(self) -> AsyncIterator[Page]:
        yield Page([Raw(item) for item in self._lists.pop(0)], "1")

    def watch(self, version: str) -> AsyncIterator[Sequence[Change]]:
        raise AssertionError(version)


def item(uid: str) -> bytes:
    return b'{"metadata":{"uid":"%s","namespace":"shop","name":"web"}}' % uid.encode()


def test_a_list_that_begins_anew_is_remembered_anew() -> None:
    async def read() -> list[str]:
        pods = OverheardPods(Twice([item("a"), item("b")], [item("c")]))
        for _ in range(2):
            async for page in pods.list():
                assert page.version == "1"
        return list(pods.pods)

    assert asyncio.run(read()) == ["c"]


def test_an_odd_pod_costs_itself_alone() -> None:
    async def read() -> list[str]:
        pods = OverheardPods(Twice([b"5", b'{"metadata":{}}', item("\\ud800"), item("a")]))
        async for page in pods.list():
            assert len(page.items) == 4
        return list(pods.pods)

    assert asyncio.run(read()) == ["a"]


def test_an_odd_object_makes_its_kind_one_that_was_not_read() -> None:
    odd = controller("Deployment", "odd") | {"spec": {"replicas": "three"}}
    sight = seen(*deployment(), odd)
    assert sight.circumstances.missing == {"deployments": "1 could not be read"}
    assert len(sight.circumstances.controllers) == 2
    lost = member(controller("ReplicaSet", "lost-1", of=odd), "lost-1-a")
    assert only_left(lost, odd).hindrance == "OwnerGone"
    assert only_left(controller("ReplicaSet", "lost-1", of=odd), lost, odd).hindrance == "NotExamined"


@pytest.mark.parametrize(
    ("given", "never"),
    [
        (budget(), True),
        (budget(desired=3, expected=3, minAvailable=3), True),
        (budget(desired=4, expected=3, minAvailable=4), True),
        (budget(desired=1, expected=0, minAvailable=1), True),
        (budget(desired=0, expected=0, maxUnavailable=1), False),
        (budget(desired=2, expected=3, maxUnavailable=1), False),
        (budget(desired=3, expected=3, observed=0), False),
    ],
)
def test_a_budget_never_allows_what_its_arithmetic_forbids(given: Json, *, never: bool) -> None:
    (held,) = seen(given).circumstances.budgets.of("shop", {"app": "web"})
    assert held.never is never


@pytest.mark.parametrize(
    ("selector", "holds"),
    [
        ({"matchLabels": {"app": "web"}}, True),
        ({"matchLabels": {"app": "web", "tier": "front"}}, True),
        ({"matchLabels": {"tier": "front", "app": "db"}}, False),
        ({"matchExpressions": [{"key": "app", "operator": "In", "values": ["web"]}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}, False),
        ({"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "tier", "operator": "DoesNotExist"}]}, False),
        ({}, True),
        (None, False),
    ],
)
def test_a_budget_holds_whom_its_selector_selects(selector: Json | None, *, holds: bool) -> None:
    one = budget(selector=selector)
    budgets = seen(one).circumstances.budgets
    assert bool(budgets.of("shop", {"tier": "front", "app": "web"})) is holds
    assert budgets.of("lab", {"tier": "front", "app": "web"}) == ()


@pytest.mark.parametrize(
    ("given", "full"),
    [
        (quota("3", "3"), True),
        (quota("3", "4"), True),
        (quota("3", "2"), False),
        (quota("0", "0", what="count/pods"), True),
        (quota("3", "3", what="requests.cpu"), False),
        (quota("3k", "3"), False),
        (quota("3", "3", scopes=["BestEffort"]), False),
        (quota("3", "3", scopeSelector={"matchExpressions": []}), False),
    ],
)
def test_a_quota_without_room_is_known(given: Json, *, full: bool) -> None:
    assert bool(seen(given).circumstances.full) is full


@pytest.mark.parametrize(
    "quotas",
    [
        [quota("3", "3", name="a"), quota("2", "3", name="b"), quota("3", "3", name="c")],
        [quota("2", "3", name="b", what="count/pods"), quota("9", "3", name="a")],
    ],
)
def test_of_several_quotas_the_one_with_the_least_room_counts(quotas: list[Json]) -> None:
    assert [str(one) for one in seen(*quotas).circumstances.full.values()] == ["ResourceQuota shop/b has 3 of 2 pods"]


def test_a_quota_that_counts_pods_twice_is_taken_by_the_tighter() -> None:
    both = quota("3", "3")
    both["status"] = {"hard": {"pods": "3", "count/pods": "3"}, "used": {"pods": "3", "count/pods": "5"}}
    assert seen(both).circumstances.full["shop"].over == 2


@pytest.mark.parametrize(
    ("name", "labels", "virtual"),
    [
        ("virtual-kubelet-cn-hangzhou-j", {}, True),
        ("mine", {"type": "virtual-kubelet"}, True),
        ("mine", {"k8s.aliyun.com/vnode": "true"}, True),
        ("mine", {"type": "other"}, False),
    ],
)
def test_virtual_nodes_are_known_by_name_or_label(name: str, labels: Any, *, virtual: bool) -> None:
    assert bool(seen(node(name, labels=labels)).circumstances.nodes) is virtual
