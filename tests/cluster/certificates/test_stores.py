"""The Secret and the ConfigMap of the certificates in a real cluster, with several who write them."""

import asyncio
import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from certs.stores import Conflict, StoredSecret, StoreFailed
from tests.cluster.certificates.keeping import CONFIG_MAP, SECRET, replicas, stores
from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import MERGE_PATCH

pytestmark = pytest.mark.anyio

BUNDLE = b"-----BEGIN CERTIFICATE-----\nnew\n"
MINE: dict[str, Any] = {
    "labels": {"team": "a"},
    "annotations": {"why": "mine"},
    "finalizers": ["example.com/mine"],
}


@pytest.fixture
def client(every_control_plane: ControlPlane, namespace: str) -> Iterator[httpx2.Client]:
    """The administrator's, within the namespace."""
    with every_control_plane.client() as client:
        client.base_url = f"{every_control_plane.server}/api/v1/namespaces/{namespace}/"
        yield client


def read(client: httpx2.Client, path: str) -> Any:
    return client.get(path).raise_for_status().json()


async def test_a_secret_comes_and_goes(guard: Path, namespace: str, client: httpx2.Client) -> None:
    async with stores(guard, namespace) as kept:
        assert await kept.secret.read() is None
        await kept.secret.create({"tls.key": b"\0\xff", "tls.crt": b""})
        found = await kept.secret.read()
        assert found == StoredSecret({"tls.key": b"\0\xff", "tls.crt": b""}, {}, found.version if found else "")
        await kept.secret.replace({"other": b"x"}, found.version)
        client.delete(f"secrets/{SECRET}").raise_for_status()
        assert await kept.secret.read() is None
        with pytest.raises(Conflict, match="is gone"):
            await kept.secret.replace({"other": b"x"}, found.version)
        await kept.secret.create({"again": b"y"})
    made = read(client, f"secrets/{SECRET}")
    assert (made["type"], made["metadata"]["labels"]) == ("Opaque", {"app.kubernetes.io/name": "eci-upgrade-guard"})
    assert made["data"] == {"again": "eQ=="}


async def test_of_two_writers_the_second_is_told_and_finds_what_the_first_wrote(guard: Path, namespace: str) -> None:
    async with replicas(guard, namespace, 2) as (one, other):
        await one.secret.create({"key": b"0"})
        with pytest.raises(Conflict, match="was created by somebody else"):
            await other.secret.create({"key": b"1"})
        first, second = await one.secret.read(), await other.secret.read()
        assert first
        assert first == second
        await one.secret.replace({"key": b"2"}, first.version)
        with pytest.raises(Conflict, match="was changed by somebody else"):
            await other.secret.replace({"key": b"3"}, first.version)
        now = await other.secret.read()
        assert now
        assert now.data == {"key": b"2"}
        await other.secret.replace({"key": b"3"}, now.version)


async def test_of_ten_that_create_or_replace_at_once_one_wins(guard: Path, namespace: str) -> None:
    async with replicas(guard, namespace, 10) as ten:
        created = await asyncio.gather(
            *(one.secret.create({"key": b"%d" % number}) for number, one in enumerate(ten)), return_exceptions=True
        )
        assert sorted(map(type, created), key=str) == [type(None), *[Conflict] * 9]
        found = await ten[0].secret.read()
        assert found
        assert found.data == {"key": b"%d" % created.index(None)}
        replaced = await asyncio.gather(
            *(one.secret.replace({"key": b"new %d" % number}, found.version) for number, one in enumerate(ten)),
            return_exceptions=True,
        )
        assert sorted(map(type, replaced), key=str) == [type(None), *[Conflict] * 9]
        now = await ten[0].secret.read()
        assert now
        assert now.data == {"key": b"new %d" % replaced.index(None)}


async def test_all_but_the_data_of_a_secret_stays(guard: Path, namespace: str, client: httpx2.Client) -> None:
    data = {"tls.crt": "eA==", "tls.key": "eA==", "mine": "eA=="}
    body = {"metadata": {"name": SECRET, **MINE}, "type": "kubernetes.io/tls", "data": data, "immutable": False}
    before = client.post("secrets", json=body).raise_for_status().json()
    async with stores(guard, namespace) as kept:
        found = await kept.secret.read()
        assert found
        assert found.annotations == {"why": "mine"}
        await kept.secret.replace({"tls.crt": b"y", "tls.key": b"z"}, found.version)
        after = read(client, f"secrets/{SECRET}")
        for one in (before, after):
            del one["metadata"]["resourceVersion"], one["metadata"]["managedFields"]
        assert after == before | {"data": {"tls.crt": "eQ==", "tls.key": "eg=="}}
        client.patch(  # or the namespace would stay
            f"secrets/{SECRET}", content=b'{"metadata":{"finalizers":null}}', headers=MERGE_PATCH
        ).raise_for_status()


WILL_NOT_BE = [
    ({"immutable": True}, "{} is immutable: to be kept by the guard it has to be deleted first"),
    ({"type": "kubernetes.io/tls", "data": {"tls.crt": "", "tls.key": ""}}, "the guard cannot patch {}: .* 422$"),
]


@pytest.mark.parametrize(("given", "said"), WILL_NOT_BE, ids=["immutable", "of a type that needs other keys"])
async def test_a_secret_that_cannot_hold_our_data_is_told_of_and_stays(
    guard: Path, namespace: str, client: httpx2.Client, given: dict[str, Any], said: str
) -> None:
    before = client.post("secrets", json={"metadata": {"name": SECRET}} | given).raise_for_status().json()
    async with stores(guard, namespace) as kept:
        found = await kept.secret.read()
        assert found
        with pytest.raises(StoreFailed, match=said.format(f"secrets {namespace}/{SECRET}")):
            await kept.secret.replace({"key": b"hunter2"}, found.version)
    assert read(client, f"secrets/{SECRET}") == before


async def test_the_bundle_is_published_once_by_however_many(guard: Path, namespace: str, client: httpx2.Client) -> None:
    async with replicas(guard, namespace, 10) as ten:
        for bundle in (BUNDLE, BUNDLE * 2):
            await asyncio.gather(*(one.bundle.publish(bundle) for one in ten))
            found = read(client, f"configmaps/{CONFIG_MAP}")
            assert found["data"] == {"ca.crt": bundle.decode()}
            await asyncio.gather(*(one.bundle.publish(bundle) for one in ten))
            assert read(client, f"configmaps/{CONFIG_MAP}") == found


async def test_others_may_keep_what_they_like_in_the_config_map(
    guard: Path, namespace: str, client: httpx2.Client
) -> None:
    body = {"metadata": {"name": CONFIG_MAP, **MINE, "finalizers": []}, "data": {"mine": "x"}}
    binary = {"binaryData": {"ca.crt": base64.b64encode(b"odd").decode(), "mine-too": "AP8="}}
    client.post("configmaps", json=body | binary).raise_for_status()
    async with stores(guard, namespace) as kept:
        await kept.bundle.publish(BUNDLE)
    found = read(client, f"configmaps/{CONFIG_MAP}")
    assert found["data"] == {"mine": "x", "ca.crt": BUNDLE.decode()}
    assert found["binaryData"] == {"mine-too": "AP8="}
    assert (found["metadata"]["labels"], found["metadata"]["annotations"]) == (MINE["labels"], MINE["annotations"])


async def test_a_namespace_that_is_gone_is_told_of(every_control_plane: ControlPlane) -> None:
    async with stores(every_control_plane.kubeconfig, "nowhere") as kept:
        assert await kept.secret.read() is None
        with pytest.raises(
            StoreFailed, match=f"secrets nowhere/{SECRET} cannot be created: there is no such namespace"
        ):
            await kept.secret.create({})
        with pytest.raises(StoreFailed, match=f"configmaps nowhere/{CONFIG_MAP} cannot be created: there is no such"):
            await kept.bundle.publish(BUNDLE)
