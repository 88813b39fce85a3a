"""The Secret in which the authority is kept, and the ConfigMap of its bundle: what is read of them, what is sent."""

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from certs.stores import Conflict, StoredSecret, StoreFailed
from tests.weather.answering import Asked, Refusal, answering
from webhook.cluster.config_maps import BundleConfigMap
from webhook.cluster.secrets import Secrets

pytestmark = pytest.mark.anyio

SECRETS = "/api/v1/namespaces/guards/secrets"
CONFIG_MAPS = "/api/v1/namespaces/guards/configmaps"
OURS = {"fieldManager": "eci-upgrade-guard"}
LABELS = {"app.kubernetes.io/name": "eci-upgrade-guard"}
BUNDLE = "-----BEGIN CERTIFICATE-----\n"
HELD = {"kind": "ConfigMap", "data": {"ca.crt": BUNDLE, "other": "x"}}
GET = Asked("GET", f"{CONFIG_MAPS}/ca")
CREATE = Asked("POST", CONFIG_MAPS, body={"metadata": {"name": "ca", "labels": LABELS}, "data": {"ca.crt": BUNDLE}})
PATCH = Asked(
    "PATCH",
    f"{CONFIG_MAPS}/ca",
    OURS,
    "application/merge-patch+json",
    {"data": {"ca.crt": BUNDLE}, "binaryData": {"ca.crt": None}},
)
PRIVATE = "hunter2"


def secret(**changed: Any) -> dict[str, Any]:
    return {"kind": "Secret", "metadata": {"resourceVersion": "7", "annotations": {"a": "b"}}, "data": {}} | changed


def coded(text: str) -> str:
    return b64encode(text.encode()).decode()


async def test_a_secret_is_read_as_it_is(tmp_path: Path) -> None:
    async with answering(tmp_path, secret(data={"ca.key": coded(PRIVATE), "empty": ""})) as (server, api):
        assert await Secrets(api, "guards", "tls").read() == StoredSecret(
            {"ca.key": PRIVATE.encode(), "empty": b""}, {"a": "b"}, "7"
        )
    assert server.asked == [Asked("GET", f"{SECRETS}/tls")]


@pytest.mark.parametrize(
    ("data", "left"),
    [
        pytest.param({"good": "eA==", "odd": "%%%"}, {"good": b"x"}, id="not base64"),
        pytest.param({"good": "eA==", "odd": "eA"}, {"good": b"x"}, id="base64 cut short"),
        pytest.param({"good": "eA==", "odd": "e A=\n="}, {"good": b"x"}, id="base64 with blanks"),
        pytest.param({"good": "eA==", "odd": "é"}, {"good": b"x"}, id="not ASCII"),
        pytest.param(
            {"good": "eA==", "odd": None, "odder": 3, "oddest": {"eA==": "eA=="}}, {"good": b"x"}, id="no text"
        ),
        pytest.param(["eA=="], {}, id="a list"),
        pytest.param("eA==", {}, id="a text"),
        pytest.param(None, {}, id="null"),
    ],
)
async def test_data_that_is_odd_is_left_out(tmp_path: Path, data: Any, left: dict[str, bytes]) -> None:
    async with answering(tmp_path, secret(data=data)) as (_, api):
        found = await Secrets(api, "guards", "tls").read()
    assert found
    assert found.data == left


@pytest.mark.parametrize(
    ("annotations", "left"),
    [(None, {}), ([], {}), ({"a": 1, "b": "c"}, {"b": "c"})],
    ids=["null", "a list", "a number"],
)
async def test_annotations_that_are_odd_are_left_out(tmp_path: Path, annotations: Any, left: dict[str, str]) -> None:
    odd = secret(metadata={"resourceVersion": "7", "annotations": annotations})
    async with answering(tmp_path, odd) as (_, api):
        found = await Secrets(api, "guards", "tls").read()
    assert found
    assert found.annotations == left


@pytest.mark.parametrize(
    "answer",
    [b"", b"<html>", b"[]", b"{}", b'{"metadata":null}', b'{"metadata":{"resourceVersion":"\xff"}}', b"[" * 100_000],
    ids=["nothing", "a page", "a list", "no metadata", "null", "not UTF-8", "deep"],
)
async def test_an_answer_that_is_no_object_cannot_be_read(tmp_path: Path, answer: bytes) -> None:
    async with answering(tmp_path, answer) as (_, api):
        with pytest.raises(StoreFailed, match="secrets guards/tls cannot be read: the API server sent something else"):
            await Secrets(api, "guards", "tls").read()


async def test_a_secret_that_is_not_there_is_none(tmp_path: Path) -> None:
    async with answering(tmp_path, Refusal(404, 'secrets "tls" not found')) as (_, api):
        assert await Secrets(api, "guards", "tls").read() is None


async def test_a_secret_is_created_with_our_label(tmp_path: Path) -> None:
    async with answering(tmp_path, {}) as (server, api):
        await Secrets(api, "guards", "tls").create({"ca.key": PRIVATE.encode()})
    body = {
        "metadata": {"name": "tls", "labels": LABELS},
        "type": "Opaque",
        "data": {"ca.key": coded(PRIVATE)},
    }
    assert server.asked == [Asked("POST", SECRETS, body=body)]


async def test_of_a_secret_that_is_replaced_the_data_alone_is_named(tmp_path: Path) -> None:
    async with answering(tmp_path, {}) as (server, api):
        await Secrets(api, "guards", "tls").replace({"ca.key": b"x"}, "7")
    patch = [
        {"op": "replace", "path": "/metadata/resourceVersion", "value": "7"},
        {"op": "add", "path": "/data", "value": {"ca.key": "eA=="}},
    ]
    assert server.asked == [Asked("PATCH", f"{SECRETS}/tls", OURS, "application/json-patch+json", patch)]


async def test_names_are_no_paths(tmp_path: Path) -> None:
    async with answering(tmp_path, secret()) as (server, api):
        await Secrets(api, "a/b", "../c?d").read()
    assert server.asked == [Asked("GET", "/api/v1/namespaces/a/b/secrets/../c?d")]  # as decoded: it was one segment


@pytest.mark.parametrize(
    ("says", "asked"),
    [
        pytest.param([HELD], [GET], id="it is there already"),
        pytest.param([Refusal(404), {}], [GET, CREATE], id="there is none"),
        pytest.param([HELD | {"data": {"ca.crt": "old"}}, {}], [GET, PATCH], id="it is another"),
        pytest.param([HELD | {"data": None}, {}], [GET, PATCH], id="it is empty"),
        pytest.param([HELD | {"data": [BUNDLE]}, {}], [GET, PATCH], id="it is odd"),
        pytest.param([{"binaryData": {"ca.crt": coded(BUNDLE)}}, {}], [GET, PATCH], id="it is in the other map"),
        pytest.param([Refusal(404), Refusal(409), HELD], [GET, CREATE, GET], id="somebody creates it first"),
        pytest.param([{}, Refusal(404), Refusal(404), {}], [GET, PATCH, GET, CREATE], id="somebody deletes it"),
        pytest.param(
            [Refusal(404), Refusal(409), {}, Refusal(404), Refusal(404), {}],
            [GET, CREATE, GET, PATCH, GET, CREATE],
            id="somebody creates it and deletes it",
        ),
    ],
)
async def test_the_bundle_is_written_where_it_is_not_held(tmp_path: Path, says: list[Any], asked: list[Asked]) -> None:
    async with answering(tmp_path, *says) as (server, api):
        await BundleConfigMap(api, "guards", "ca").publish(BUNDLE.encode())
    assert server.asked == asked


async def test_a_config_map_that_comes_and_goes_is_left_to_the_next_time(tmp_path: Path) -> None:
    async with answering(tmp_path, *[Refusal(404), Refusal(409)] * 3) as (server, api):
        with pytest.raises(Conflict):
            await BundleConfigMap(api, "guards", "ca").publish(BUNDLE.encode())
    assert server.asked == [GET, CREATE] * 3
