"""What is scripted happens, to the request that it is meant for."""

import json
import time
from contextlib import suppress
from itertools import islice

import httpx2
import pytest

from tests.builders import pod
from tests.fake_api import (
    BookmarksOnly,
    CloseAtOnce,
    ContinueExpired,
    Cut,
    FakeApi,
    Gone,
    Normal,
    PoisonEvent,
    RawEvents,
    Silent,
    Slow,
    Status,
)

PODS = "/api/v1/pods"
WATCH = {"watch": "true", "resourceVersion": "100", "timeoutSeconds": "1", "allowWatchBookmarks": "true"}


def types(response: httpx2.Response, count: int) -> list[str]:
    return [json.loads(line)["type"] for line in islice(response.iter_lines(), count)]


def test_behaviours_are_played_in_turn_and_then_all_is_well(api: FakeApi, client: httpx2.Client) -> None:
    api.script("list pods", Status(500), Status(429, retry_after=1))
    api.script("list", Normal(), Status(503, body=b"<html>"))
    answers = [client.get(PODS) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [500, 429, 200, 503, 200]
    assert answers[0].json()["reason"] == "InternalError"
    assert answers[1].headers["retry-after"] == "1"
    assert answers[3].text == "<html>"
    assert api.pending() == {}
    assert client.get("/version").status_code == 200


def test_what_happens_always_can_be_ended(api: FakeApi, client: httpx2.Client) -> None:
    api.always("list", Status(403))
    assert [client.get(PODS).status_code for _ in range(2)] == [403, 403]
    api.always("list", None)
    assert client.get(PODS).status_code == 200


def test_a_list_breaks_off_after_so_many_bytes(api: FakeApi, client: httpx2.Client) -> None:
    api.script("list pods", Cut(10))
    with client.stream("GET", PODS) as response:
        pieces = response.iter_bytes()
        assert next(pieces) == b'{"kind":"P'
        with pytest.raises(httpx2.RemoteProtocolError):
            next(pieces)
    assert api.requests[0].bytes_sent == 10


def test_a_watch_breaks_off_after_so_many_bytes(api: FakeApi, client: httpx2.Client) -> None:
    api.cluster.put(pod())
    api.script("watch pods", Cut(10))
    with client.stream("GET", PODS, params=WATCH) as response, pytest.raises(httpx2.RemoteProtocolError):
        response.read()
    assert api.requests[0].bytes_sent == 10


@pytest.mark.parametrize("path", [PODS, f"{PODS}?watch=true&timeoutSeconds=1"])
def test_silence_outlasts_the_timeout_and_ends_when_the_client_leaves(path: str, api: FakeApi) -> None:
    api.always("list", Silent())
    api.always("watch", Silent())
    with httpx2.Client(base_url=api.url, timeout=1.2) as client, pytest.raises(httpx2.ReadTimeout):
        client.get(path)
    (request,) = api.requests
    assert request.code == (200 if "watch" in path else None)
    while request.ended is None:
        time.sleep(0.01)


def test_a_watch_may_end_at_once_or_be_reset(api: FakeApi, client: httpx2.Client) -> None:
    api.script("watch", CloseAtOnce(), CloseAtOnce(reset=True))
    assert client.get(PODS, params=WATCH).content == b""
    with pytest.raises((httpx2.ReadError, httpx2.RemoteProtocolError)):
        client.get(PODS, params=WATCH)


def test_a_watch_may_be_gone_in_either_way(api: FakeApi, client: httpx2.Client) -> None:
    api.script("watch pods", Gone(), Gone(as_event=False))
    event, status = client.get(PODS, params=WATCH), client.get(PODS, params=WATCH)
    assert (event.status_code, event.json()["object"]["code"]) == (200, 410)
    assert (status.status_code, status.json()["reason"]) == (410, "Expired")


def test_raw_events_come_before_the_others(api: FakeApi, client: httpx2.Client) -> None:
    api.cluster.put(pod())
    api.script("watch pods", RawEvents([{"type": "DELETED"}, {"type": "DELETED"}]), RawEvents([], end=True))
    with client.stream("GET", PODS, params=WATCH) as response:
        assert types(response, 3) == ["DELETED", "DELETED", "ADDED"]
    assert client.get(PODS, params=WATCH).content == b""


def test_a_running_watch_is_interrupted_between_the_changes_before_and_after(
    api: FakeApi, client: httpx2.Client
) -> None:
    with client.stream("GET", PODS, params=WATCH) as response:
        api.cluster.put(pod("a"))
        api.interrupt("watch pods", PoisonEvent(b"poison\n"))
        api.cluster.put(pod("b"))
        api.interrupt("watch pods", CloseAtOnce())
        api.cluster.put(pod("c"))
        lines = list(response.iter_lines())
    assert lines[1] == "poison"
    assert [json.loads(line)["object"]["metadata"]["name"] for line in (lines[0], *lines[2:])] == ["a", "b"]


def test_bookmarks_may_be_all_that_comes(api: FakeApi, client: httpx2.Client) -> None:
    api.cluster.put(pod())
    api.script("watch pods", BookmarksOnly(every=0.01))
    with client.stream("GET", PODS, params=WATCH) as response:
        lines = response.iter_lines()
        assert [json.loads(next(lines))["object"]["metadata"]["resourceVersion"] for _ in range(3)] == ["101"] * 3


def test_a_continued_list_may_be_expired_once(api: FakeApi, client: httpx2.Client) -> None:
    for name in ("a", "b"):
        api.cluster.put(pod(name))
    api.always("list pods", ContinueExpired())
    first = client.get(PODS, params={"limit": 1}).json()
    gone = client.get(PODS, params={"continue": first["metadata"]["continue"]}).json()
    assert gone["code"] == 410
    api.always("list pods", None)
    rest = client.get(PODS, params={"continue": gone["metadata"]["continue"]}).json()
    assert [item["metadata"]["name"] for item in rest["items"]] == ["b"]


def test_slow_answers_are_answers(api: FakeApi, client: httpx2.Client) -> None:
    api.script("version", Slow(0.05), Slow(0.05, Status(503)))
    start = time.monotonic()
    assert [client.get("/version").status_code for _ in range(2)] == [200, 503]
    assert time.monotonic() - start >= 0.1


def test_poison_gets_into_lists_and_watches(api: FakeApi, client: httpx2.Client) -> None:
    api.cluster.put_encoded("team-a", "odd", b'"a string"')
    api.cluster.delete("team-a", "odd")
    api.cluster.put_encoded("team-a", "odd", b'{"metadata":{"name":7}}')
    assert client.get(PODS).json()["items"] == [{"metadata": {"name": 7}}]
    with client.stream("GET", PODS, params=WATCH) as response:
        assert types(response, 3) == ["ADDED", "DELETED", "ADDED"]


def test_a_script_that_cannot_be_played_fails_the_test() -> None:
    def watch_events_for_a_list() -> None:
        with FakeApi() as api, suppress(httpx2.TransportError):
            api.script("list", RawEvents([]))
            httpx2.get(f"{api.url}{PODS}")

    with pytest.raises(ExceptionGroup, match="the fake API server failed"):
        watch_events_for_a_list()
