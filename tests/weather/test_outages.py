"""An API server that goes away and comes back, on the same address and with another past."""

import asyncio
from pathlib import Path

import pytest

from tests.builders import running
from tests.fake_api import FakeApi, FakeCluster, Status
from tests.weather.following import following
from webhook.inventory.reflector import Pace

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("compacted", [False, True])
async def test_while_the_api_server_is_away_what_was_known_is_told_and_then_what_is(
    compacted: bool,  # noqa: FBT001 -- a case of the test
    tmp_path: Path,
) -> None:
    cluster = FakeCluster()
    cluster.put(running("old", "1.0.0"))
    with FakeApi(cluster) as first:
        port = int(first.url.rpartition(":")[2])
        context = following(first, first.kubeconfig(tmp_path / "kubeconfig"))
        followed = await context.__aenter__()
        await followed.synced()
    try:
        cluster.delete("team-a", "old")
        cluster.put(running("new", "1.1.0"))
        if compacted:
            cluster.compact()
        await followed.until(lambda: followed.live.pods.contact.failures > 3)
        assert followed.names() == ["old"]
        assert followed.live.pods.contact.trouble.startswith("the API server cannot be reached: ")
        with FakeApi(cluster, port=port) as second:
            followed.api = second
            await followed.until(lambda: followed.names() == ["new"])
            assert len(second.requests_of("list pods")) == compacted
            await followed.settled()
            lines = [
                (event, fields.get("why", "")[:33]) for event, fields in followed.told if fields.get("what") == "pods"
            ]
            assert lines[:2] == [("synced", ""), ("lost contact", "the API server cannot be reached:")]
            assert ("in contact again", "") in lines
            assert len(lines) < 8  # repeats of the same trouble are not told
    finally:
        await context.__aexit__(None, None, None)


async def test_a_cluster_that_is_there_only_later_is_waited_for(tmp_path: Path) -> None:
    with FakeApi() as first:
        port = int(first.url.rpartition(":")[2])
        kubeconfig = first.kubeconfig(tmp_path / "kubeconfig")
    async with following(first, kubeconfig) as followed:
        await followed.until(lambda: followed.live.pods.contact.failures > 2)
        assert not followed.live.synced
        with FakeApi(port=port) as second:
            second.cluster.put(running("new", "1.1.0"))
            followed.api = second
            await followed.settled()


async def test_a_cluster_whose_versions_went_back_is_listed_anew(api: FakeApi, kubeconfig: Path) -> None:
    """As after etcd was restored from a backup: the first bookmark from before tells."""
    for name in ("a", "b"):
        api.cluster.put(running(name, "1.1.0"))
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        api.cluster.delete("team-a", "b")
        await followed.until(lambda: followed.names() == ["a"])
        api.cluster._revision = 50
        api.bookmark("watch pods")
        await followed.settled()
        assert followed.live.pods.contact.lists <= 2


async def test_the_version_of_the_cluster_is_known(api: FakeApi, kubeconfig: Path) -> None:
    async with following(api, kubeconfig) as followed:
        await followed.until(lambda: followed.live.snapshot().kubernetes_version == "v1.24.17-fake")


@pytest.mark.parametrize(
    "behaviour",
    [
        Status(403),
        Status(200, body=b"{}"),
        Status(200, body=b'{"gitVersion":5}'),
        Status(200, body=b'{"gitVersion":"\xff"}'),
        Status(500, body=b'{"message":"\xff"}'),
    ],
    ids=repr,
)
async def test_a_version_that_is_not_told_harms_nobody(behaviour: Status, api: FakeApi, kubeconfig: Path) -> None:
    api.always("version", behaviour)
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        await followed.until(lambda: [one.ended for one in api.requests_of("version")])
        await followed.settled()
        assert followed.live.snapshot().kubernetes_version == ""


async def test_requests_are_bounded_while_nothing_works(api: FakeApi, kubeconfig: Path) -> None:
    """A minute of the real pace, compressed a hundred times: a client that spins makes thousands of requests."""
    api.settings.tokens = set()
    async with following(api, kubeconfig, pace=Pace(floor=0.005, ceiling=0.3, short=0.05, healthy=0.6)) as followed:
        await asyncio.sleep(0.6)
        assert followed.live.pods.contact.failures >= 1
        assert len(api.requests_of("list pods")) <= 30
