"""The credentials that a pod has, over TLS."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from kubernetes.aio.config import incluster_config

from certs.self_signed import make_self_signed
from tests.fake_api import FakeApi, Normal, Status
from tests.weather.following import failure_of
from webhook.cluster.connection import connect
from webhook.cluster.credentials import Credentials
from webhook.server.tls import ServedTls

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def tls_before(api: FakeApi, served: ServedTls) -> AsyncIterator[int]:
    """Terminate TLS before the fake; yield the port."""
    port = int(api.url.rpartition(":")[2])

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65_536):
                sink.write(data)
        sink.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pump(reader, back), pump(there, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=served.context)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.fixture
def token(tmp_path: Path) -> Path:
    """The service account's."""
    file = tmp_path / "token"
    file.write_text("old")
    return file


def rewrite(file: Path, text: str | None) -> None:
    file.unlink(missing_ok=True)
    if text is not None:
        file.write_text(text)


@asynccontextmanager
async def inside(api: FakeApi, token: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Be in a pod."""
    pair = make_self_signed(["127.0.0.1"], datetime.now(UTC))
    certificate = token.with_name("tls.crt")
    certificate.write_bytes(pair.certificate)
    served = ServedTls()
    served.show(pair)
    async with tls_before(api, served) as port:
        monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
        monkeypatch.setenv("KUBERNETES_SERVICE_PORT", str(port))
        monkeypatch.setattr(incluster_config, "SERVICE_TOKEN_FILENAME", str(token))
        monkeypatch.setattr(incluster_config, "SERVICE_CERT_FILENAME", str(certificate))
        yield


async def test_the_token_is_sent_and_read_anew_once_it_is_refused(
    api: FakeApi, token: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.script("version", Normal(), Status(401))
    async with inside(api, token, monkeypatch), connect(Credentials()) as cluster:
        assert cluster.description.startswith("https://127.0.0.1:")
        assert await cluster.versions.version() == "v1.24.17-fake"
        rewrite(token, "new")
        assert (await failure_of(cluster.versions.version())).status == 401
        assert await cluster.versions.version() == "v1.24.17-fake"
    sent = [one.headers["Authorization"].lower() for one in api.requests]
    assert sent == ["bearer old", "bearer old", "bearer new"]


@pytest.mark.parametrize("text", ["", None], ids=["empty", "gone"])
async def test_a_token_that_is_not_there_for_an_instant_is_a_failure_like_any_other(
    text: str | None, api: FakeApi, token: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client reads the file anew once a minute, in the course of a request."""
    original = incluster_config.InClusterConfigLoader.__init__

    def impatient(self: Any, *args: Any, **changes: Any) -> None:
        original(self, *args, **changes)  # type: ignore[no-untyped-call]  # the client's
        self._token_refresh_period = timedelta(0)

    monkeypatch.setattr(incluster_config.InClusterConfigLoader, "__init__", impatient)
    async with inside(api, token, monkeypatch), connect(Credentials()) as cluster:
        assert await cluster.versions.version() == "v1.24.17-fake"
        rewrite(token, text)
        assert "\n" not in str(await failure_of(cluster.versions.version()))
        rewrite(token, "new")
        assert await cluster.versions.version() == "v1.24.17-fake"
    assert api.requests[-1].headers["Authorization"].lower() == "bearer new"
