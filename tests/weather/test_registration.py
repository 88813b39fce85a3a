"""How the caBundle of a webhook configuration is put right: what is read, and each patch, whatever happens between."""

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from certs.stores import Conflict, Registered, StoreFailed
from tests.weather.answering import Answering, Asked, Refusal, answering
from webhook.cluster.api import Api
from webhook.cluster.webhook_configurations import Registration

pytestmark = pytest.mark.anyio

PATH = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/guard"
NEW, OLD = b"new", b"old"
OURS = {"manager": "eci-upgrade-guard", "operation": "Update", "apiVersion": "admissionregistration.k8s.io/v1"}
HELM = OURS | {"manager": "helm"}
BOTH_OLD = Registered("u", "1", {"a.x": OLD, "b.x": OLD})
GET = Asked("GET", PATH)


def found(bundles: dict[str, bytes], *owners: dict[str, str], uid: str = "u", version: str = "1") -> dict[str, Any]:
    """A configuration; an empty bundle is none."""
    entries = [
        {"name": name, "clientConfig": {"caBundle": b64encode(bundle).decode()} if bundle else {}}
        for name, bundle in bundles.items()
    ]
    metadata = {"name": "guard", "uid": uid, "resourceVersion": version, "managedFields": list(owners)}
    return {"metadata": metadata, "webhooks": entries}


def patch(*operations: tuple[str, str, Any] | tuple[str, str]) -> Asked:
    body = [dict(zip(("op", "path", "value"), operation, strict=False)) for operation in operations]
    return Asked("PATCH", PATH, {"fieldManager": "eci-upgrade-guard"}, "application/json-patch+json", body)


def injection(*places: tuple[int, str]) -> Asked:
    """The patch that puts the new bundle into these entries."""
    operations: list[Any] = [("test", "/metadata/uid", "u")]
    for place, name in places:
        operations.append(("test", f"/webhooks/{place}/name", name))
        operations.append(("add", f"/webhooks/{place}/clientConfig/caBundle", b64encode(NEW).decode()))
    return patch(*operations)


def release(*places: int, version: str) -> Asked:
    """The patch that takes our name out of these places."""
    return patch(
        ("test", "/metadata/uid", "u"),
        ("test", "/metadata/resourceVersion", version),
        *(("test", f"/metadata/managedFields/{place}/manager", "eci-upgrade-guard") for place in places),
        *(("remove", f"/metadata/managedFields/{place}") for place in reversed(places)),
    )


def registration(api: Api) -> Registration:
    return Registration(api, "guard", lambda *_, **__: None)


async def injected(folder: Path, *says: Any, registered: Registered = BOTH_OLD) -> list[Asked]:
    async with answering(folder, *says) as (server, api):
        await registration(api).inject(registered, NEW)
    return server.asked


async def failing(folder: Path, kind: type[StoreFailed], said: str, *says: Any) -> Answering:
    async with answering(folder, *says) as (server, api):
        with pytest.raises(kind, match=said):
            await registration(api).inject(BOTH_OLD, NEW)
    return server


READ = [
    (found({"a.x": OLD, "b.x": b""}, HELM), Registered("u", "1", {"a.x": OLD, "b.x": b""})),
    (found({"a.x": OLD}, HELM, OURS), Registered("u", "1", {"a.x": OLD}, owned=True)),
    (found({"a.x": OLD}, HELM, OURS | {"operation": "Apply"}), Registered("u", "1", {"a.x": OLD})),
    (found({}), Registered("u", "1", {})),
    ({"metadata": {"uid": "u", "resourceVersion": "1"}, "webhooks": None}, Registered("u", "1", {})),
    (Refusal(404), None),
]


@pytest.mark.parametrize(("answer", "what"), READ)
async def test_it_is_read_with_the_bundle_of_each_entry(tmp_path: Path, answer: Any, what: Registered | None) -> None:
    async with answering(tmp_path, answer) as (_, api):
        assert await registration(api).read() == what


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        {"metadata": {}},
        found({"a.x": OLD}) | {"webhooks": [None]},
        found({"a.x": OLD}) | {"webhooks": [{"name": "a.x", "clientConfig": {"caBundle": "%"}}]},
    ],
    ids=["nothing", "a list", "no uid", "no entry", "not base64"],
)
async def test_what_no_api_server_would_send_cannot_be_read(tmp_path: Path, answer: Any) -> None:
    async with answering(tmp_path, answer) as (_, api):
        with pytest.raises(StoreFailed, match="validatingwebhookconfigurations guard cannot be read"):
            await registration(api).read()


async def test_the_bundle_is_put_in_and_let_go_of(tmp_path: Path) -> None:
    both = {"a.x": NEW, "b.x": NEW}
    says = [found({"a.x": OLD, "b.x": b""}, HELM), {}, found(both, HELM, OURS, version="2"), {}, found(both, HELM)]
    asked = [GET, injection((0, "a.x"), (1, "b.x")), GET, release(1, version="2"), GET]
    assert await injected(tmp_path, *says) == asked


async def test_an_entry_that_is_right_is_not_touched(tmp_path: Path) -> None:
    both = {"a.x": NEW, "b.x": NEW}
    assert await injected(tmp_path, found({"a.x": NEW, "b.x": OLD}), {}, found(both)) == [
        GET,
        injection((1, "b.x")),
        GET,
    ]


async def test_where_all_is_right_nothing_is_written(tmp_path: Path) -> None:
    both = {"a.x": NEW, "b.x": NEW}
    for owners in ([], [HELM], [OURS | {"operation": "Apply"}, HELM]):
        assert await injected(tmp_path, found(both, *owners)) == [GET]


async def test_what_was_not_let_go_of_is_let_go_of_the_next_time(tmp_path: Path) -> None:
    both = {"a.x": NEW, "b.x": NEW}
    older = OURS | {"apiVersion": "admissionregistration.k8s.io/v1beta1"}
    says = [found(both, older, HELM, OURS, version="3"), {}, found(both, HELM)]
    assert await injected(tmp_path, *says) == [GET, release(0, 2, version="3"), GET]


async def test_a_change_between_the_patches_is_looked_at_anew(tmp_path: Path) -> None:
    both = {"a.x": NEW, "b.x": NEW}
    says = [
        found({"a.x": OLD, "b.x": NEW}),
        Refusal(422),  # somebody put the entries in another order
        found({"b.x": NEW, "a.x": OLD}, version="2"),
        {},
        found(both, OURS, HELM, version="3"),
        Refusal(422),  # somebody let go of something else
        found(both, HELM, OURS, version="4"),
        Refusal(409),
        found(both, HELM, OURS, version="5"),
        {},
        found(both, HELM),
    ]
    assert [one for one in await injected(tmp_path, *says) if one != GET] == [
        injection((0, "a.x")),
        injection((1, "a.x")),
        release(0, version="3"),
        release(1, version="4"),
        release(1, version="5"),
    ]


@pytest.mark.parametrize(
    ("then", "said"),
    [
        (Refusal(404), "validatingwebhookconfigurations guard is gone"),
        (found({"a.x": OLD, "b.x": OLD}, uid="v"), "guard was deleted and created anew"),
        (found({"a.x": OLD, "c.x": OLD}), "guard has other entries than before"),
        (found({"a.x": OLD}), "guard has other entries than before"),
        (found({"a.x": OLD, "b.x": OLD, "c.x": OLD}), "guard has other entries than before"),
    ],
)
async def test_another_object_or_other_entries_are_a_conflict_and_nothing_is_written(
    tmp_path: Path, then: Any, said: str
) -> None:
    assert (await failing(tmp_path, Conflict, said, then)).asked == [GET]
    before = [found({"a.x": OLD, "b.x": OLD}), Refusal(422)]
    assert (await failing(tmp_path, Conflict, said, *before, then)).methods == "GET PATCH GET"


async def test_a_patch_that_is_refused_though_nobody_changed_anything_is_a_failure(tmp_path: Path) -> None:
    says = [found({"a.x": OLD, "b.x": OLD}), Refusal(422, "too big"), found({"a.x": OLD, "b.x": OLD})]
    server = await failing(tmp_path, StoreFailed, "cannot patch validatingwebhook.* answered 422 too big", *says)
    assert server.methods == "GET PATCH GET"


async def test_one_that_somebody_changes_all_the_time_is_left_to_the_next_time(tmp_path: Path) -> None:
    says = [
        said for version in range(9) for said in (found({"a.x": OLD, "b.x": OLD}, version=str(version)), Refusal(422))
    ]
    server = await failing(tmp_path, Conflict, "guard changes faster than it can be patched", *says)
    assert server.methods == " ".join(["GET PATCH"] * 6)


async def test_a_right_that_is_missing_is_named(tmp_path: Path) -> None:
    said = 'is forbidden: User "u" cannot {} resource "validatingwebhookconfigurations" in API group "a"'
    may_not = "the guard may not {} validatingwebhookconfigurations guard: no role grants it"
    await failing(tmp_path, StoreFailed, may_not.format("get"), Refusal(403, said.format("get")))
    forbidden = Refusal(403, said.format("patch"))
    await failing(tmp_path, StoreFailed, may_not.format("patch"), found({"a.x": OLD, "b.x": OLD}), forbidden)
