"""Watching: from the last version seen, and anew only when it has to be."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.builders import ORDINARY_NODE, VIRTUAL_NODE, Json, pod, running
from tests.fake_api import Behaviour, CloseAtOnce, Cut, FakeApi, Gone, PoisonEvent, RawEvents, Silent, Status
from tests.weather.following import Following, following
from webhook.cluster.objects import WatchTimes
from webhook.inventory.reflector import Pace

pytestmark = pytest.mark.anyio


def event(kind: str, version: Any, **changes: Any) -> Json:
    """An event for an ECI pod."""
    item = running("web-1", "1.0.0", **changes)
    return {"type": kind, "object": item | {"metadata": item["metadata"] | {"resourceVersion": version}}}


async def lists_after(followed: Following, interrupt: Behaviour) -> int:
    """Interrupt the watch, make a change, and return how many more lists it took until that was known."""
    await followed.synced()
    followed.api.interrupt("watch pods", interrupt)
    followed.api.cluster.put(running("after", "1.1.0"))
    await followed.until(lambda: "after" in followed.names())
    lists = followed.live.pods.contact.lists - 1
    await followed.settled()
    return lists


async def test_what_happens_to_pods_is_followed(api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put(running("old", "1.0.0"))
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        api.cluster.put(running("new", "1.1.0"))
        await followed.until(lambda: followed.names() == ["new", "old"])
        api.cluster.put(running("old", "1.1.0"))
        await followed.until(lambda: {one.platform_version for one in followed.live.store.pods()} == {"1.1.0"})
        api.cluster.delete("team-a", "old")
        await followed.until(lambda: followed.names() == ["new"])
        api.cluster.put(pod("ordinary", node=ORDINARY_NODE, phase="Running"))
        await followed.settled()
        assert followed.live.snapshot().examined == 2
        assert len(api.requests_of("watch pods")) == 1


async def test_an_unbound_pod_is_known_by_its_uid_until_it_is_bound(api: FakeApi, kubeconfig: Path) -> None:
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        live = followed.live
        for name in ("eci", "ordinary", "gone"):
            api.cluster.put(pod(name))
        await followed.until(lambda: live.is_unbound("uid-of-team-a-gone"))
        assert (live.is_unbound("uid-of-team-a-eci"), followed.names()) == (True, [])
        api.cluster.put(pod("eci", node=VIRTUAL_NODE, phase="Pending"))
        api.cluster.put(pod("ordinary", node=ORDINARY_NODE, phase="Pending"))
        api.cluster.delete("team-a", "gone")
        await followed.until(lambda: not live.is_unbound("uid-of-team-a-gone"))
        await followed.settled()
        assert followed.names() == ["eci"]
        assert not any(live.is_unbound(f"uid-of-team-a-{name}") for name in ("eci", "ordinary"))


LOST = [
    pytest.param(Gone(), id="410 as an event"),
    pytest.param(PoisonEvent(), id="half an event"),
    pytest.param(PoisonEvent(b"<html>\n"), id="no JSON"),
    pytest.param(PoisonEvent(b"\xff\n"), id="no UTF-8"),
    pytest.param(PoisonEvent(b'{"type":"SURPRISE","object":{}}\n'), id="an unknown kind of event"),
    pytest.param(RawEvents([event("ADDED", "3")]), id="an event from before"),
    pytest.param(RawEvents([event("DELETED", "3")]), id="a deletion from before"),
    pytest.param(RawEvents([event("BOOKMARK", "3")]), id="a bookmark from before: etcd was restored"),
    pytest.param(RawEvents([event("ERROR", "") | {"object": "what"}]), id="an error that says nothing"),
]


@pytest.mark.parametrize("behaviour", LOST[:-1])
async def test_when_the_thread_is_lost_everything_is_listed_once_more(
    behaviour: Behaviour, api: FakeApi, kubeconfig: Path
) -> None:
    async with following(api, kubeconfig) as followed:
        assert await lists_after(followed, behaviour) == 1


@pytest.mark.parametrize(
    "behaviour",
    [
        pytest.param(CloseAtOnce(), id="the server ends it"),
        pytest.param(CloseAtOnce(reset=True), id="the connection is reset"),
        pytest.param(RawEvents([{"type": "ERROR", "object": {"code": 500}}]), id="500 as an event"),
        LOST[-1],
    ],
)
async def test_a_watch_that_ends_goes_on_where_it_was_without_a_list(
    behaviour: Behaviour, api: FakeApi, kubeconfig: Path
) -> None:
    async with following(api, kubeconfig) as followed:
        assert await lists_after(followed, behaviour) == 0


@pytest.mark.parametrize(
    ("behaviour", "lists"),
    [
        pytest.param(Gone(as_event=False), 1, id="410 as an answer"),
        pytest.param(Status(500), 0, id="500"),
        pytest.param(Status(403), 0, id="403"),
        pytest.param(Status(429, retry_after=0), 0, id="429"),
        pytest.param(Status(500, body=b'{"message":"\xff"}'), 0, id="a refusal that is not UTF-8"),
        pytest.param(Cut(after=40), 0, id="half an event, and the end"),
        pytest.param(Silent(), 0, id="silence"),
    ],
)
async def test_a_watch_that_does_not_begin_is_begun_again(
    behaviour: Behaviour, lists: int, api: FakeApi, kubeconfig: Path
) -> None:
    api.cluster.put(running("web-1", "1.0.0"))
    async with following(api, kubeconfig, times=WatchTimes(shortest=20, longest=30, silence=0.3)) as followed:
        await followed.synced()
        api.script("watch pods", behaviour)
        assert await lists_after(followed, CloseAtOnce()) == lists
        assert api.pending() == {}


async def test_a_silent_watch_is_given_up_and_what_was_missed_is_told(api: FakeApi, kubeconfig: Path) -> None:
    async with following(api, kubeconfig, times=WatchTimes(shortest=20, longest=30, silence=0.2)) as followed:
        await followed.synced()
        assert await lists_after(followed, Silent()) == 0
        first, second = api.requests_of("watch pods")[:2]
        assert second.time - first.time >= 0.2
        assert ("lost contact", {"what": "pods", "why": "the API server was silent for too long"}) in followed.told
        assert ("in contact again", {"what": "pods"}) in followed.told


async def test_bookmarks_keep_a_quiet_watch_from_being_given_up(api: FakeApi, kubeconfig: Path) -> None:
    api.settings.bookmark_every = 0.05
    async with following(api, kubeconfig, times=WatchTimes(shortest=20, longest=30, silence=0.5)) as followed:
        await followed.synced()
        await asyncio.sleep(0.8)
        assert len(api.requests_of("watch pods")) == 1


@pytest.mark.parametrize("behaviour", [PoisonEvent(), PoisonEvent(b"\xff\n"), RawEvents([event("ADDED", "3")])])
async def test_a_watch_that_is_given_up_is_not_left_open(behaviour: Behaviour, api: FakeApi, kubeconfig: Path) -> None:
    """Or the API server would go on writing to a stream that nobody reads."""
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        api.interrupt("watch pods", behaviour)
        await followed.until(lambda: followed.live.pods.contact.watches == 2)
        await followed.until(lambda: api.requests_of("watch pods")[0].ended)


@pytest.mark.parametrize("compacted", [False, True])
async def test_a_bookmark_moves_the_version_so_that_a_compaction_costs_no_list(
    compacted: bool,  # noqa: FBT001 -- a case of the test
    api: FakeApi,
    kubeconfig: Path,
) -> None:
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        begun = api.cluster.revision
        for name in ("a", "b", "c"):
            api.cluster.put_namespace({"metadata": {"name": name}})
        api.bookmark("watch pods")
        if compacted:
            api.cluster.compact()
        assert await lists_after(followed, CloseAtOnce()) == 0
        versions = [int(one.query["resourceVersion"]) for one in api.requests_of("watch pods")]
        assert versions[:2] == [begun, begun + 3]


async def test_without_a_bookmark_a_compaction_costs_one_list(api: FakeApi, kubeconfig: Path) -> None:
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        api.always("watch pods", CloseAtOnce())
        api.interrupt("watch pods", CloseAtOnce())
        api.cluster.put(running("unseen", "1.0.0"))
        api.cluster.compact()
        api.always("watch pods", None)
        await followed.until(lambda: followed.names() == ["unseen"])
        assert followed.live.pods.contact.lists == 2
        await followed.settled()


@pytest.mark.parametrize("kind", ["ADDED", "MODIFIED", "DELETED"])
async def test_an_event_that_is_told_twice_is_taken_once(kind: str, api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put(running("web-1", "1.0.0"))
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        again = event(kind, str(api.cluster.revision + 1))
        api.cluster.put_namespace({"metadata": {"name": "so-that-the-version-is-taken"}})
        api.interrupt("watch pods", RawEvents([again, again, again]))
        expected = {"ADDED": 2, "MODIFIED": 1, "DELETED": 0}[kind]
        await followed.until(lambda: followed.live.snapshot().examined == expected)
        api.cluster.put(running("after", "1.1.0"))
        await followed.until(lambda: "after" in followed.names())
        assert followed.live.snapshot().examined == expected + 1
        assert len(api.requests_of("list pods")) == 1


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        pytest.param(CloseAtOnce(), "watch pods", id="closing at once"),
        pytest.param(CloseAtOnce(reset=True), "watch pods", id="reset at once"),
        pytest.param(Status(500), "watch pods", id="500"),
        pytest.param(
            RawEvents([{"type": "BOOKMARK", "object": {}}], end=True), "watch pods", id="a bookmark and the end"
        ),
        pytest.param(Gone(), "list pods", id="410 as an event"),
        pytest.param(Gone(as_event=False), "list pods", id="410 as an answer"),
        pytest.param(PoisonEvent(), "list pods", id="half an event"),
    ],
)
async def test_a_watch_that_never_lasts_costs_a_bounded_number_of_requests(
    behaviour: Behaviour, kind: Any, api: FakeApi, kubeconfig: Path
) -> None:
    api.always("watch pods", behaviour)
    async with following(api, kubeconfig, pace=Pace(floor=0.06, ceiling=0.06, short=60)) as followed:
        await followed.until(lambda: len(api.requests_of(kind)) > 6)
        asked = api.requests_of(kind)
        # Half the floor is the shortest delay that there is.
        assert asked[6].time - asked[0].time >= 6 * 0.03
        assert len(api.requests_of("watch pods")) <= len(asked) + 1
        api.always("watch pods", None)
        await followed.settled()


async def test_delays_grow_while_nothing_lasts(api: FakeApi, kubeconfig: Path) -> None:
    api.always("watch pods", CloseAtOnce())
    async with following(api, kubeconfig, pace=Pace(floor=0.02, ceiling=60)) as followed:
        await asyncio.sleep(1)
        # Sums of delays that double, at their shortest (half the floor each) and at half of their bound on average.
        assert len(api.requests_of("watch pods")) <= 25
        assert followed.live.pods._backoff.failures >= 3
