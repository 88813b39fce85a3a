"""Pods as a list and a watch bring them, reduced to what is kept."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from tests.builders import ORDINARY_NODE, VIRTUAL_NODE, Json, pod, policy, running
from tests.strategies import json_values, pods
from webhook.inventory.pod_feed import PodFeed
from webhook.inventory.source import Change, ChangeKind
from webhook.policy.evidence import no_sign
from webhook.policy.pod_facts import PodState

UID = "uid-of-team-a-web-1"


def raw(item: Any) -> Raw:
    return Raw(json.dumps(item).encode())


def listed(*items: Any) -> PodFeed:
    feed = PodFeed(policy(), no_sign)
    list_into(feed, *items)
    return feed


def list_into(feed: PodFeed, *items: Any) -> None:
    feed.start_over()
    for item in items:
        feed.add(raw(item))
    feed.complete("7")


def tell(feed: PodFeed, kind: ChangeKind, item: Any) -> None:
    feed.apply(Change(kind, raw(item), "1"))


def names(feed: PodFeed) -> list[str]:
    return [one.name for one in feed.store.pods()]


def test_eci_pods_are_kept_and_others_are_only_counted() -> None:
    feed = listed(running("a", "1.0.0"), pod("b", node=ORDINARY_NODE, phase="Running"))
    assert (names(feed), feed.store.examined) == (["a"], 2)


def test_of_an_unbound_pod_that_declares_nothing_the_uid_is_kept_until_it_is_bound() -> None:
    feed = listed(pod())
    assert (names(feed), feed.store.is_unbound(UID)) == ([], True)
    tell(feed, ChangeKind.MODIFIED, pod(node=ORDINARY_NODE))
    assert not feed.store.is_unbound(UID)
    tell(feed, ChangeKind.MODIFIED, pod())
    tell(feed, ChangeKind.MODIFIED, pod(node=VIRTUAL_NODE, phase="Pending"))
    assert (names(feed), feed.store.is_unbound(UID)) == (["web-1"], False)


def test_of_an_unbound_pod_that_declares_a_version_the_facts_are_kept() -> None:
    feed = listed(pod(platform_version="1.0.0"))
    found = feed.store.find(uid=UID, namespace="", name="")
    assert found is not None
    assert (found.state, found.platform_version) == (PodState.PENDING, "1.0.0")


def test_a_new_list_takes_the_place_of_the_old_one_at_once() -> None:
    feed = listed(running("a"), running("b"))
    feed.start_over()
    feed.add(raw(running("c")))
    assert names(feed) == ["a", "b"]
    feed.start_over()
    feed.add(raw(running("d")))
    feed.complete("7")
    assert (names(feed), feed.store.examined) == (["d"], 1)


def test_revisions_never_come_back_however_often_everything_is_listed() -> None:
    feed = listed(running("a"))
    seen = {feed.store.revision}
    for _ in range(3):
        list_into(feed, running("a"))
        assert feed.store.revision not in seen
        seen.add(feed.store.revision)


def test_a_pod_that_did_not_change_is_kept_once_over_two_lists() -> None:
    feed = listed(running("a"))
    before = next(feed.store.pods())
    list_into(feed, running("a"))
    assert next(feed.store.pods()) is before


def test_what_cannot_be_read_is_counted_until_it_is_mended_or_gone() -> None:
    odd = pod("odd") | {"metadata": {"name": 5, "uid": UID, "namespace": "team-a"}}
    feed = listed(running("a"), odd, "no object", running("b"))
    assert (names(feed), feed.store.examined) == (["a", "b"], 4)
    assert [found.place for found in feed.store.unreadable()] == ["a pod without a readable name"] * 2
    tell(feed, ChangeKind.MODIFIED, pod())
    assert len(list(feed.store.unreadable())) == 1
    tell(feed, ChangeKind.MODIFIED, odd)
    tell(feed, ChangeKind.DELETED, odd)
    assert len(list(feed.store.unreadable())) == 1
    assert feed.store.examined == 3


def test_a_pod_that_becomes_unreadable_is_no_longer_judged_by_what_it_was() -> None:
    feed = listed(running("web-1", "1.1.0"))
    tell(feed, ChangeKind.MODIFIED, running("web-1", "1.1.0") | {"spec": "none"})
    assert (names(feed), [found.place for found in feed.store.unreadable()]) == ([], ["pod team-a/web-1"])


def test_the_label_of_a_namespace_makes_its_unbound_pods_eci() -> None:
    feed = PodFeed(policy(), {"team-a": "namespace label eci=true"}.get)  # type: ignore[arg-type]  # both names are there
    list_into(feed, pod("a"))
    assert next(feed.store.pods()).sign == "namespace label eci=true"


@given(
    st.lists(pods, max_size=8), st.lists(st.tuples(st.sampled_from(list(ChangeKind)), pods | json_values), max_size=8)
)
def test_nothing_that_a_watch_may_send_breaks_it(first: list[Json], changes: list[tuple[ChangeKind, Any]]) -> None:
    feed = listed(*first)
    for kind, item in changes:
        tell(feed, kind, item)
    assert len(list(feed.store.pods())) == len(feed.store)


@given(st.lists(pods, max_size=8), st.lists(pods, max_size=8))
def test_watching_a_pod_change_ends_where_listing_it_ends(before: list[Json], after: list[Json]) -> None:
    feed = listed(*before)
    for item in after:
        tell(feed, ChangeKind.MODIFIED, item)
    last = {one["metadata"]["uid"]: one for one in [*before, *after]}
    assert list(feed.store.pods()) == list(listed(*last.values()).store.pods())
