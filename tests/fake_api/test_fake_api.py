"""The fake answers as a real API server does, in what it plays of one."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from kubernetes.aio import client as kubernetes
from kubernetes.aio import config

from tests.builders import pod
from tests.fake_api import FakeApi

PODS = "/api/v1/pods"
PARTIAL = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
PARTIAL_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"


def fill(api: FakeApi, *names: str) -> None:
    for name in names:
        api.cluster.put(pod(name))


def names(listed: Any) -> list[str]:
    return [item["metadata"]["name"] for item in listed["items"]]


@contextmanager
def watch(client: httpx2.Client, path: str = PODS, **query: Any) -> Iterator[Iterator[Any]]:
    with client.stream("GET", path, params={"watch": "true", **query}) as response:
        yield (json.loads(line) for line in response.iter_lines())


def seen(event: Any) -> tuple[str, str]:
    return event["type"], event["object"]["metadata"]["name"]


def test_pages_are_of_one_revision_whatever_happens_meanwhile(api: FakeApi, client: httpx2.Client) -> None:
    fill(api, "a", "b", "c", "d", "e")
    first = client.get(PODS, params={"limit": 2}).json()
    api.cluster.put(pod("aa"))
    api.cluster.delete("team-a", "d")
    second = client.get(PODS, params={"limit": 2, "continue": first["metadata"]["continue"]}).json()
    third = client.get(PODS, params={"limit": 2, "continue": second["metadata"]["continue"]}).json()
    assert [names(page) for page in (first, second, third)] == [["a", "b"], ["c", "d"], ["e"]]
    assert [page["metadata"].get("remainingItemCount") for page in (first, second, third)] == [3, 1, None]
    assert {page["metadata"]["resourceVersion"] for page in (first, second, third)} == {"105"}
    assert "continue" not in third["metadata"]
    assert names(client.get(PODS).json()) == ["a", "aa", "b", "c", "e"]


def test_items_come_in_the_order_of_their_keys_in_etcd(api: FakeApi, client: httpx2.Client) -> None:
    for namespace in ("team", "team-a", "team0"):
        api.cluster.put(pod(namespace=namespace))
    listed = client.get(PODS).json()
    assert [item["metadata"]["namespace"] for item in listed["items"]] == ["team-a", "team", "team0"]
    assert len(client.get("/api/v1/namespaces/team/pods").json()["items"]) == 1


def test_a_list_from_the_watch_cache_has_no_pages(api: FakeApi, client: httpx2.Client) -> None:
    fill(api, "a", "b", "c")
    assert names(client.get(PODS, params={"limit": 2, "resourceVersion": "0"}).json()) == ["a", "b", "c"]


def test_a_list_that_a_compaction_overtook_may_go_on_inconsistently(api: FakeApi, client: httpx2.Client) -> None:
    fill(api, "a", "b", "c")
    first = client.get(PODS, params={"limit": 1}).json()
    api.cluster.put(pod("bb"))
    api.cluster.compact()
    gone = client.get(PODS, params={"continue": first["metadata"]["continue"]})
    assert (gone.status_code, gone.json()["reason"]) == (410, "Expired")
    rest = client.get(PODS, params={"continue": gone.json()["metadata"]["continue"]}).json()
    assert (names(rest), rest["metadata"]["resourceVersion"]) == (["b", "bb", "c"], "104")


def test_a_watch_tells_what_happened_since_and_then_what_happens(api: FakeApi, client: httpx2.Client) -> None:
    fill(api, "a", "b")
    api.cluster.put(pod("b", phase="Running"))
    with watch(client, resourceVersion="101") as events:
        assert [seen(next(events)) for _ in range(2)] == [("ADDED", "b"), ("MODIFIED", "b")]
        api.cluster.put_namespace({"metadata": {"name": "team-a"}})
        api.cluster.delete("team-a", "a")
        deleted = next(events)
        assert seen(deleted) == ("DELETED", "a")
        assert deleted["object"]["kind"] == "Pod"
        assert deleted["object"]["metadata"]["resourceVersion"] == "105"


def test_a_watch_without_a_revision_starts_with_what_there_is(api: FakeApi, client: httpx2.Client) -> None:
    fill(api, "a", "b")
    with watch(client, "/api/v1/namespaces/team-a/pods", resourceVersion="0") as events:
        api.cluster.put(pod("c", namespace="team-b"))
        api.cluster.put(pod("d"))
        assert [seen(next(events)) for _ in range(3)] == [("ADDED", "a"), ("ADDED", "b"), ("ADDED", "d")]


def test_a_watch_ends_when_its_time_is_over(api: FakeApi, client: httpx2.Client) -> None:
    with watch(client, resourceVersion="100", timeoutSeconds=1) as events:
        assert list(events) == []


def test_a_bookmark_tells_how_far_a_watch_has_come(api: FakeApi, client: httpx2.Client) -> None:
    with watch(client, resourceVersion="100", allowWatchBookmarks="true") as events:
        api.cluster.put_namespace({"metadata": {"name": "team-a"}})
        api.bookmark()
        event = next(events)
        assert (event["type"], event["object"]["kind"]) == ("BOOKMARK", "Pod")
        assert event["object"]["metadata"]["resourceVersion"] == "101"


def test_a_watch_that_allows_no_bookmarks_gets_none(api: FakeApi, client: httpx2.Client) -> None:
    with watch(client, resourceVersion="100") as events:
        api.bookmark()
        fill(api, "a")
        assert seen(next(events)) == ("ADDED", "a")


def test_bookmarks_come_by_themselves_to_a_quiet_watch(api: FakeApi, client: httpx2.Client) -> None:
    api.settings.bookmark_every = 0.02
    with watch(client, resourceVersion="100", allowWatchBookmarks="true") as events:
        assert [next(events)["type"] for _ in range(2)] == ["BOOKMARK", "BOOKMARK"]


def test_a_watch_from_before_a_compaction_gets_an_error_event(api: FakeApi, client: httpx2.Client) -> None:
    fill(api, "a")
    api.cluster.compact()
    with watch(client, resourceVersion="100") as events:
        (event,) = events
    assert (event["type"], event["object"]["code"], event["object"]["reason"]) == ("ERROR", 410, "Expired")
    assert event["object"]["message"] == "too old resource version: 100 (101)"


def test_a_watch_from_before_a_compaction_gets_a_status_if_it_is_set_so(api: FakeApi, client: httpx2.Client) -> None:
    api.settings.gone_as_event = False
    fill(api, "a")
    api.cluster.compact()
    assert client.get(PODS, params={"watch": "true", "resourceVersion": "100"}).status_code == 410


def test_only_accepted_tokens_are_let_in(api: FakeApi, client: httpx2.Client) -> None:
    api.settings.tokens = {"old"}
    old, new = {"Authorization": "Bearer old"}, {"Authorization": "Bearer new"}
    assert client.get("/version").json()["reason"] == "Unauthorized"
    assert client.get("/version", headers=old).json()["gitVersion"] == "v1.24.17-fake"
    api.settings.tokens = {"new"}
    assert [client.get(PODS, headers=one).status_code for one in (old, new)] == [401, 200]
    assert [one.headers.get("authorization") for one in api.requests] == [
        None,
        "Bearer old",
        "Bearer old",
        "Bearer new",
    ]


def test_one_pod_is_found_or_not(api: FakeApi, client: httpx2.Client) -> None:
    fill(api, "a")
    assert client.get("/api/v1/namespaces/team-a/pods/a").json()["kind"] == "Pod"
    missing = client.get("/api/v1/namespaces/team-a/pods/b")
    assert (missing.status_code, missing.json()["message"]) == (404, 'pods "b" not found')


def test_namespaces_come_as_metadata_where_that_is_asked_for(api: FakeApi, client: httpx2.Client) -> None:
    api.cluster.put_namespace({"metadata": {"name": "team-a", "labels": {"a": "b"}}, "spec": {"finalizers": []}})
    listed = client.get("/api/v1/namespaces", headers={"Accept": PARTIAL_LIST}).json()
    assert (listed["kind"], listed["apiVersion"]) == ("PartialObjectMetadataList", "meta.k8s.io/v1")
    (item,) = listed["items"]
    assert set(item) == {"kind", "apiVersion", "metadata"}
    client.headers["Accept"] = PARTIAL
    with watch(client, "/api/v1/namespaces", resourceVersion="100") as events:
        assert next(events)["object"] == item
    assert client.get("/api/v1/namespaces").status_code == 406


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"{PODS}?labelSelector=a", 400),
        (f"{PODS}?limit=many", 400),
        (f"{PODS}?continue=0", 400),
        (f"{PODS}?resourceVersion=101", 504),
        ("/api/v1/secrets", 404),
    ],
)
def test_what_the_fake_does_not_play_is_refused(path: str, code: int, client: httpx2.Client) -> None:
    assert client.get(path).json()["code"] == code


@pytest.mark.anyio
async def test_the_real_client_lists_with_its_kubeconfig(api: FakeApi, tmp_path: Path) -> None:
    accepted = "a-token"
    api.settings.tokens = {accepted}
    api.cluster.put_namespace({"metadata": {"name": "team-a"}})
    kubeconfig = api.kubeconfig(tmp_path / "kubeconfig", accepted)
    await config.load_kube_config(str(kubeconfig))  # type: ignore[no-untyped-call]  # as the client is
    async with kubernetes.ApiClient() as connection:
        listed = await kubernetes.CoreV1Api(connection).list_namespace(limit=500)
    assert [one.metadata and one.metadata.name for one in listed.items] == ["team-a"]
    assert api.requests_of("list namespaces")[0].query == {"limit": "500"}
