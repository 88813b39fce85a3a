"""Objects that cannot be read: counted, hiding nobody, and forgotten when they are mended or gone."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.builders import NOW, policy, running
from tests.fake_api import CloseAtOnce, FakeApi, Gone
from tests.weather.following import Following, following
from webhook.policy.verdict import Readiness
from webhook.readiness.making import make_report

pytestmark = pytest.mark.anyio

IDENTITY = {"name": "odd", "namespace": "team-a", "uid": "uid-of-team-a-odd"}


def poison(api: FakeApi, item: Any) -> None:
    """Put something that calls itself odd, or not even that, between two good pods."""
    if isinstance(item, dict) and isinstance(item.get("metadata"), dict):
        item = {"metadata": {**item["metadata"], "resourceVersion": str(api.cluster.revision + 1)}} | {
            key: value for key, value in item.items() if key != "metadata"
        }
    api.cluster.put_encoded("team-a", "odd", json.dumps(item, separators=(",", ":")).encode())


ODD, NAMELESS = "pod team-a/odd", "a pod without a readable name"
POISONS: list[tuple[Any, str]] = [
    ({"metadata": IDENTITY, "spec": "none"}, ODD),
    ({"metadata": IDENTITY, "spec": {}, "status": []}, ODD),
    ({"metadata": IDENTITY | {"name": 5}, "spec": {}}, NAMELESS),
    ({"metadata": IDENTITY, "kind": "Node"}, ODD),
]
NOTHINGS: list[Any] = ["a text", 5, None, [], {}, {"metadata": None}, {"metadata": []}]
CASES = [
    *((item, place, mended) for mended in (True, False) for item, place in POISONS),
    *((item, NAMELESS, False) for item in NOTHINGS),
]
"""What is in a pod's place, what it is called, and whether it is mended or deleted: of nothing nobody can say whose."""


def readiness(followed: Following) -> Readiness:
    chosen = policy()
    return make_report(followed.live.snapshot(), chosen, target=chosen.target, now=NOW).readiness


async def known_as_poison(followed: Following, place: str) -> None:
    await followed.until(lambda: [found.place for found in followed.live.snapshot().unreadable] == [place])
    await followed.settled()
    assert [name for name in followed.names() if name != "odd"] == ["after", "before"]
    assert readiness(followed) is Readiness.UNKNOWN
    assert "some pods could not be read" in followed.live.doubt()


async def known_as_well(followed: Following, *names: str) -> None:
    await followed.until(lambda: followed.names() == list(names))
    await followed.settled()
    assert (readiness(followed), followed.live.doubt()) == (Readiness.READY, "")


@pytest.fixture
def fit_pods(api: FakeApi) -> None:
    for name in ("before", "after"):
        api.cluster.put(running(name, "1.1.0"))


@pytest.mark.usefixtures("fit_pods")
@pytest.mark.parametrize(("item", "place", "mended"), CASES, ids=repr)
@pytest.mark.parametrize("listed", [True, False], ids=["listed", "watched"])
async def test_an_odd_object_hides_nobody_and_goes_when_it_is_mended_or_deleted(
    item: Any,
    place: str,
    listed: bool,  # noqa: FBT001 -- a case of the test
    mended: bool,  # noqa: FBT001 -- as above
    api: FakeApi,
    kubeconfig: Path,
) -> None:
    if listed:
        poison(api, item)
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        if not listed:
            poison(api, item)
        await known_as_poison(followed, place)
        if mended:
            api.cluster.put(running("odd", "1.1.0"))
            await known_as_well(followed, "after", "before", "odd")
        else:
            api.cluster.delete("team-a", "odd")
            await known_as_well(followed, "after", "before")
        assert len([name for name, fields in followed.told if name == "lost contact"]) == 0


@pytest.mark.usefixtures("fit_pods")
async def test_a_pod_that_becomes_odd_is_judged_no_more_until_it_is_mended(api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put(running("odd", "1.1.0"))
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        await known_as_well(followed, "after", "before", "odd")
        poison(api, {"metadata": IDENTITY, "spec": []})
        await known_as_poison(followed, "pod team-a/odd")
        api.cluster.put(running("odd", "1.1.0"))
        await known_as_well(followed, "after", "before", "odd")


@pytest.mark.usefixtures("fit_pods")
@pytest.mark.parametrize("behaviour", [CloseAtOnce(), Gone()])
async def test_an_odd_object_starts_no_loop_of_lists_or_watches(
    behaviour: CloseAtOnce | Gone, api: FakeApi, kubeconfig: Path
) -> None:
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        api.interrupt("watch pods", behaviour)
        await followed.until(lambda: followed.live.pods.contact.watches == 2)
        for number in range(20):
            poison(api, {"metadata": IDENTITY, "spec": number})
        await followed.until(lambda: followed.live.snapshot().unreadable)
        api.cluster.put(running("last", "1.1.0"))
        await followed.until(lambda: "last" in followed.names())
        assert len(api.requests_of("watch pods")) == 2
        assert len(api.requests_of("list pods")) == followed.live.pods.contact.lists <= 2


async def test_an_odd_namespace_hides_no_other(api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put_namespace({"metadata": {"name": "odd", "labels": {"eci": 5}}})
    api.cluster.put_namespace({"metadata": {"name": "others", "labels": {"eci": "true"}}})
    async with following(api, kubeconfig) as followed:
        await followed.synced()
        api.cluster.put_namespace({"metadata": {"name": "odd", "labels": "none"}})
        api.cluster.put_namespace({"metadata": {"name": "later", "labels": {"eci": "true"}}})
        await followed.until(lambda: followed.live.namespace_sign("later"))
        assert followed.live.namespace_sign("others") == "namespace label eci=true"
        assert followed.live.namespace_sign("odd") == ""
