"""How old the inventory is, and what is said of it: by the inventory, and by a guard that runs."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.builders import running
from tests.fake_api import CloseAtOnce, FakeApi, Gone, Silent, Status
from tests.server.running_guard import RunningGuard, run_guard
from tests.weather.following import PACE, following
from webhook.cluster.objects import WatchTimes


def eventually(look: Callable[[], bool], *, seconds: float = 15) -> None:
    """Look until it is so."""
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextmanager
def guarding(directory: Path, kubeconfig: Path, *options: str) -> Iterator[tuple[RunningGuard, httpx2.Client]]:
    """Run the real program over a cluster."""
    inventory = ("--inventory", "cluster", "--kubeconfig", str(kubeconfig))
    with run_guard(directory, *options, inventory=inventory) as guard, guard.client() as client:
        yield guard, client


def readiness(client: httpx2.Client) -> str:
    report: Any = client.get("/report").json()
    return str(report["readiness"])


def age(report: httpx2.Response) -> int:
    return int(report.headers["x-inventory-age"])


@pytest.mark.anyio
async def test_silence_is_a_reason_for_doubt_until_the_api_server_is_heard_again(
    api: FakeApi, kubeconfig: Path
) -> None:
    async with following(api, kubeconfig, stale_after=0.3) as followed:
        assert followed.live.snapshot().doubt == "the cluster was not read yet"
        await followed.synced()
        assert followed.live.doubt() == ""
        await followed.until(followed.live.doubt)
        heard = followed.live.heard_at()
        assert heard is not None
        assert followed.live.doubt() == f"the API server was last heard at {heard:%Y-%m-%dT%H:%M:%SZ}"
        assert abs((datetime.now(UTC) - heard).total_seconds()) < 20
        assert followed.live.snapshot().gaps == (followed.live.doubt(),)
        api.bookmark("watch pods")
        await followed.until(lambda: not followed.live.doubt())


@pytest.mark.anyio
async def test_refusals_make_nothing_fresh(api: FakeApi, kubeconfig: Path) -> None:
    async with following(api, kubeconfig, stale_after=0.3) as followed:
        await followed.synced()
        api.always("list", Status(500))
        api.always("watch", Status(500))
        api.interrupt("watch pods", Silent())
        api.settings.bookmark_every = 0.05  # of other kinds: they say nothing of pods
        await followed.until(followed.live.doubt)
        await asyncio.sleep(0.1)
        assert followed.live.doubt()


def test_a_guard_is_ready_only_when_it_has_read_the_pods(api: FakeApi, kubeconfig: Path, tmp_path: Path) -> None:
    api.always("list pods", Status(503))
    api.cluster.put(running("fit", "1.1.0"))
    with guarding(tmp_path, kubeconfig) as (guard, client):
        api.wait_for("list pods", seconds=15)
        eventually(lambda: "503" in client.get("/report").json()["summary"])
        assert httpx2.get(f"{guard.health}/readyz").status_code == 503
        assert httpx2.get(f"{guard.health}/livez").status_code == 200
        report = client.get("/report")
        assert report.json()["readiness"] == "Unknown"
        assert report.json()["summary"].startswith("Unknown: the cluster was not read yet (the API server answered 503")
        assert not report.json()["source"]["complete"]
        api.always("list pods", None)
        eventually(lambda: httpx2.get(f"{guard.health}/readyz").status_code == 200)
        assert readiness(client) == "Ready"
        client.close()  # or the guard would wait for it
        code, log = guard.stop()
    assert code == 0
    assert [line["what"] for line in log if line["event"] == "synced"] == ["namespaces", "pods"]
    assert log[-1]["asked"]["lists"] == 1


def test_a_guard_that_hears_nothing_says_so_and_goes_on(api: FakeApi, kubeconfig: Path, tmp_path: Path) -> None:
    api.cluster.put(running("old", "1.1.0"))
    with guarding(tmp_path, kubeconfig, "--stale-after", "1") as (guard, client):
        eventually(lambda: httpx2.get(f"{guard.health}/readyz").status_code == 200)
        eventually(lambda: readiness(client) == "Unknown")
        first = client.get("/report")
        assert "the API server was last heard at 20" in first.json()["summary"]
        assert httpx2.get(f"{guard.health}/readyz").status_code == 200
        eventually(lambda: age(client.get("/report")) > age(first) + 1)  # long enough for the log to tell, too
        assert client.get("/report").content == first.content  # it holds instants and no ages
        eventually(lambda: bool(api.requests_of("watch pods")))
        api.bookmark("watch pods")
        eventually(lambda: readiness(client) == "Ready")
        assert age(client.get("/report")) <= 2
        api.cluster.put(running("old", "1.0.0"))
        eventually(lambda: readiness(client) == "NotReady")
        client.close()
        _, log = guard.stop()
    told = [(line["readiness"], "doubt" in line) for line in log if line["event"] == "readiness"]
    assert told[:2] == [("Ready", False), ("Unknown", True)]
    assert len(log) < 20, json.dumps(log, indent=1)


@pytest.mark.anyio
async def test_watches_that_open_and_tell_nothing_make_nothing_fresh(api: FakeApi, kubeconfig: Path) -> None:
    async with following(api, kubeconfig, stale_after=0.3) as followed:
        await followed.synced()
        api.always("watch pods", CloseAtOnce())
        api.interrupt("watch pods", CloseAtOnce())
        opened = followed.live.pods.contact.watches
        await followed.until(lambda: followed.live.pods.contact.watches > opened + 5)
        await followed.until(followed.live.doubt)
        assert followed.live.pods.contact.trouble == ""


@pytest.mark.anyio
async def test_a_list_without_items_is_no_empty_cluster(api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put(running("old", "1.0.0"))
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        api.always("list pods", Status(200, body=b'{"kind":"PodList","metadata":{"resourceVersion":"7"}}'))
        api.interrupt("watch pods", Gone())
        await followed.until(lambda: "a list without items" in followed.live.pods.contact.trouble)
        assert followed.names() == ["old"]


@pytest.mark.anyio
async def test_after_a_failure_a_copy_that_grew_old_is_listed_anew(api: FakeApi, kubeconfig: Path) -> None:
    """As after an API server came back from a backup: it has nothing to tell of versions that it never had."""
    pace = replace(PACE, relist_after=0.2)
    times = WatchTimes(shortest=20, longest=30, grace=5, silence=0.3)
    async with following(api, kubeconfig, pace=pace, times=times) as followed:
        await followed.synced()
        api.always("watch pods", Silent())
        api.interrupt("watch pods", CloseAtOnce())
        await followed.until(lambda: followed.live.pods.contact.lists > 1)
