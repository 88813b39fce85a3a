"""What is said where the cluster refuses to keep certificates, and that no part of a Secret is said with it."""

import re
from base64 import b64encode
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from certs.stores import Conflict, StoreFailed
from tests.weather.answering import HangUp, Refusal, Silence, answering
from tests.weather.kubeconfigs import unused_port, write_kubeconfig
from webhook.cluster import named_object
from webhook.cluster.api import Api
from webhook.cluster.config_maps import BundleConfigMap
from webhook.cluster.credentials import Credentials
from webhook.cluster.secrets import Secrets

pytestmark = pytest.mark.anyio

PRIVATE = "hunter2"
Do = Callable[[Api], Awaitable[object]]


async def read(api: Api) -> object:
    return await Secrets(api, "guards", "tls").read()


async def create(api: Api) -> None:
    await Secrets(api, "guards", "tls").create({"ca.key": PRIVATE.encode()})


async def replace(api: Api) -> None:
    await Secrets(api, "guards", "tls").replace({"ca.key": PRIVATE.encode()}, "7")


async def publish(api: Api) -> None:
    await BundleConfigMap(api, "guards", "ca").publish(b"bundle")


def no_role(verb: str, resource: str = "secrets") -> Refusal:
    message = f'{resource} "x" is forbidden: User "system:serviceaccount:a:b" cannot {verb} resource "{resource}" in …'
    return Refusal(403, message)


IMMUTABLE = Refusal(422, 'Secret "tls" is invalid: data: Forbidden: field is immutable when `immutable` is set')
BY_WEBHOOK = Refusal(403, f'admission webhook "w" denied the request: data {PRIVATE} is no key')
EMPTY: dict[str, Any] = {"data": {}}
REFUSED = [
    (read, [no_role("get")], "the guard may not get secrets guards/tls: no role grants it"),
    (create, [no_role("create")], "the guard may not create secrets guards/tls: no role grants it"),
    (replace, [no_role("patch")], "the guard may not patch secrets guards/tls: no role grants it"),
    (publish, [no_role("get", "configmaps")], "the guard may not get configmaps guards/ca: no role grants it"),
    (
        publish,
        [Refusal(404), no_role("create", "configmaps")],
        "the guard may not create configmaps guards/ca: no role",
    ),
    (publish, [EMPTY, no_role("patch", "configmaps")], "the guard may not patch configmaps guards/ca: no role"),
    (read, [Refusal(500, PRIVATE)], "the guard cannot get secrets guards/tls: the API server answered 500"),
    (read, [Refusal(410)], "the guard cannot get secrets guards/tls: the API server answered 410"),
    (create, [BY_WEBHOOK], "the guard cannot create secrets guards/tls: the API server answered 403"),
    (create, [Refusal(404)], "secrets guards/tls cannot be created: there is no such namespace"),
    (replace, [Refusal(422, PRIVATE)], "the guard cannot patch secrets guards/tls: the API server answered 422"),
    (replace, [IMMUTABLE], "secrets guards/tls is immutable: to be kept by the guard it has to be deleted first"),
    (publish, [EMPTY, Refusal(403, "not so")], "cannot patch configmaps guards/ca: the API server answered 403 not so"),
    (publish, [EMPTY, IMMUTABLE], "configmaps guards/ca is immutable"),
    (publish, [b"[]"], "configmaps guards/ca cannot be read: the API server sent something else"),
]
SOMEBODY_ELSE = [
    (create, Refusal(409), "secrets guards/tls was created by somebody else"),
    (replace, Refusal(409), "secrets guards/tls was changed by somebody else"),
    (replace, Refusal(404), "secrets guards/tls is gone"),
]


@pytest.mark.parametrize(("do", "says", "said"), REFUSED, ids=[said for _, _, said in REFUSED])
async def test_a_refusal_says_what_to_mend_and_nothing_secret(
    tmp_path: Path, do: Do, says: list[Any], said: str
) -> None:
    async with answering(tmp_path, *says) as (_, api):
        with pytest.raises(StoreFailed, match=re.escape(said)) as raised:
            await do(api)
    text = str(raised.value)
    assert not isinstance(raised.value, Conflict)
    assert PRIVATE not in text
    assert b64encode(PRIVATE.encode()).decode() not in text
    assert text.isprintable()
    assert raised.value.__suppress_context__


@pytest.mark.parametrize(("do", "answer", "said"), SOMEBODY_ELSE, ids=[said for _, _, said in SOMEBODY_ELSE])
async def test_somebody_who_was_first_is_a_conflict(tmp_path: Path, do: Do, answer: Refusal, said: str) -> None:
    async with answering(tmp_path, answer) as (_, api):
        with pytest.raises(Conflict, match=re.escape(said)):
            await do(api)


@pytest.mark.parametrize("do", [read, create, replace, publish])
async def test_an_api_server_that_hangs_up_or_is_not_there_is_told_of(tmp_path: Path, do: Do) -> None:
    async with answering(tmp_path, HangUp()) as (_, api):
        with pytest.raises(StoreFailed, match=r"the guard cannot .* the API server cannot be reached"):
            await do(api)
    with unused_port() as port:
        api = Api(Credentials(str(write_kubeconfig(tmp_path / "nobody", f"http://127.0.0.1:{port}"))))
        with pytest.raises(StoreFailed, match="the API server cannot be reached"):
            await do(api)
        await api.close()


async def test_an_api_server_that_is_silent_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(named_object, "_WITHIN", 0.1)
    async with answering(tmp_path, Silence()) as (_, api):
        with pytest.raises(StoreFailed, match="silent for too long"):
            await replace(api)
