"""Listing: page by page, of one moment, and as a whole or not at all."""

from pathlib import Path

import pytest

from tests.builders import pod, running
from tests.fake_api import Behaviour, ContinueExpired, Cut, FakeApi, Gone, Normal, Silent, Status
from tests.weather.following import following
from tests.weather.gate import Gate
from webhook.cluster import objects
from webhook.inventory.reflector import Pace

pytestmark = pytest.mark.anyio

PARTIAL = "application/json;as=PartialObjectMetadata{};g=meta.k8s.io;v=v1"


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "_PAGE", 2)


def fill(api: FakeApi, count: int) -> list[str]:
    names = [f"web-{number:04}" for number in range(count)]
    for name in names:
        api.cluster.put(running(name, "1.1.0"))
    return names


async def test_pods_are_listed_500_a_page_and_watched_from_the_version_of_the_list(
    api: FakeApi, kubeconfig: Path
) -> None:
    names = fill(api, 1001)
    version = api.cluster.revision
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        assert followed.names() == names
        lists, (watch,) = api.requests_of("list pods"), api.requests_of("watch pods")
        assert [dict(one.query).keys() for one in lists] == [{"limit"}, {"limit", "continue"}, {"limit", "continue"}]
        assert {one.query["limit"] for one in lists} == {"500"}
        assert (watch.query["resourceVersion"], watch.query["allowWatchBookmarks"]) == (str(version), "true")
        assert 20 <= int(watch.query["timeoutSeconds"]) <= 30
        assert followed.live.pods.contact.lists == 1


async def test_every_request_carries_the_token(api: FakeApi, tmp_path: Path) -> None:
    accepted = "a-token"
    api.settings.tokens = {accepted}
    async with following(api, api.kubeconfig(tmp_path / "kubeconfig", accepted)) as followed:
        await followed.synced()
        await followed.live.look_up(uid="u", namespace="team-a", name="web-1", within=5)
        kinds = {"version", "list namespaces", "watch namespaces", "list pods", "watch pods", "get pod"}
        await followed.until(lambda: {one.kind for one in api.requests} == kinds)
        assert {one.headers["Authorization"] for one in api.requests} == {"Bearer a-token"}


async def test_of_namespaces_the_metadata_alone_is_asked_for(api: FakeApi, kubeconfig: Path) -> None:
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        (listed,), (watched,) = api.requests_of("list namespaces"), api.requests_of("watch namespaces")
        assert listed.headers["Accept"].startswith(PARTIAL.format("List"))
        assert watched.headers["Accept"].startswith(PARTIAL.format(""))
        assert api.requests_of("list pods")[0].headers["Accept"] == "application/json"


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize(
    "behaviours",
    [
        pytest.param([Cut(after=150)], id="the first page is cut"),
        pytest.param([Normal(), Cut(after=150)], id="the second page is cut"),
        pytest.param([Normal(), Normal(), Cut(after=0)], id="the last page is cut"),
        pytest.param([Normal(), ContinueExpired()], id="the list expires midway"),
        pytest.param([Normal(), Status(500)], id="500 midway"),
        pytest.param([Normal(), Status(429)], id="429 midway"),
        pytest.param([Status(200, body=b"<html>")], id="no JSON"),
        pytest.param([Status(200, body=b'{"kind":"PodList","items":[]}')], id="a list of no version"),
        pytest.param([Status(200, body=b'{"kind":"Status"}')], id="no list"),
        pytest.param([Status(500, body=b'{"message":"\xff"}')], id="a refusal that is not UTF-8"),
        pytest.param([Status(502, body=b"<html>")] * 3, id="a proxy without its server"),
    ],
)
async def test_a_list_that_fails_changes_nothing_of_what_is_known_and_is_asked_for_again(
    behaviours: list[Behaviour], api: FakeApi, kubeconfig: Path
) -> None:
    names = fill(api, 5)
    gate = Gate(Gone())
    api.script("watch pods", gate, Silent())  # so that what is new can only come from a list
    async with following(api, kubeconfig) as followed:
        await followed.until(lambda: gate.waiting)
        api.script("list pods", *behaviours)
        api.cluster.put(running("web-0005", "1.0.0"))
        gate.open()
        seen: set[tuple[str, ...]] = set()

        def relisted() -> bool:
            seen.add(tuple(followed.names()))
            return followed.live.pods.contact.lists == 2

        await followed.until(relisted)
        assert "list pods" not in api.pending()
        assert seen == {tuple(names), (*names, "web-0005")}
        assert followed.live.pods.contact.failures == 1 + len(behaviours) - behaviours.count(Normal())


@pytest.mark.usefixtures("small_pages")
async def test_while_a_list_is_read_anew_the_old_copy_is_not_called_current(api: FakeApi, kubeconfig: Path) -> None:
    fill(api, 5)
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        gate = Gate()
        api.script("list pods", Normal(), gate)
        api.interrupt("watch pods", Gone())
        await gate.reached()
        assert followed.live.pods.contact.trouble
        gate.open()
        await followed.until(lambda: followed.live.pods.contact.lists == 2)
        assert not followed.live.pods.contact.trouble


@pytest.mark.usefixtures("small_pages")
async def test_before_the_first_whole_list_nothing_of_a_part_is_believed(api: FakeApi, kubeconfig: Path) -> None:
    fill(api, 5)
    api.always("list pods", Cut(after=300))
    async with following(api, kubeconfig) as followed:
        await followed.until(lambda: followed.live.pods.contact.failures > 2)
        assert (followed.live.synced, followed.names()) == (False, [])
        assert followed.live.doubt().startswith("the cluster was not read yet (the API server cannot be reached:")
        api.always("list pods", None)
        await followed.settled()


async def test_a_list_without_an_answer_is_given_up(
    api: FakeApi, kubeconfig: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "_PAGE_WITHIN", 0.1)
    api.script("list pods", Silent())
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        assert followed.told.count(
            ("lost contact", {"what": "pods", "why": "the API server was silent for too long"})
        ) == 1  # fmt: skip


async def test_when_the_api_server_names_a_delay_it_is_not_asked_earlier(api: FakeApi, kubeconfig: Path) -> None:
    api.script("list pods", Status(429, retry_after=1))
    async with following(api, kubeconfig, pace=Pace(floor=0.01, ceiling=5)) as followed:
        await followed.synced()
        first, second = api.requests_of("list pods")
        assert second.time - first.time >= 1


@pytest.mark.parametrize("behaviour", [Status(500), Status(403), Status(429), Cut(after=5)])
async def test_a_list_that_goes_on_failing_is_asked_for_a_bounded_number_of_times(
    behaviour: Status | Cut, api: FakeApi, kubeconfig: Path
) -> None:
    api.always("list", behaviour)
    async with following(api, kubeconfig, pace=Pace(floor=0.06, ceiling=0.06)) as followed:
        await followed.until(lambda: len(api.requests_of("list pods")) > 5)
        asked = api.requests_of("list pods")
        # Half the floor is the shortest delay that there is.
        assert asked[5].time - asked[0].time >= 5 * 0.03
        assert not api.requests_of("watch pods")


async def test_the_pods_are_followed_where_namespaces_are_forbidden(api: FakeApi, kubeconfig: Path) -> None:
    api.always("list namespaces", Status(403))
    fill(api, 2)
    async with following(api, kubeconfig) as followed:
        await followed.until(lambda: followed.live.pods.contact.watches)
        api.cluster.put(running("web-0002"))
        api.cluster.put(pod("unbound"))
        await followed.settled()
        assert followed.live.doubt() == ""
        assert (
            "lost contact",
            {"what": "namespaces", "why": "the API server answered 403 scripted 403"},
        ) in followed.told
