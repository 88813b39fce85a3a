"""The Kubernetes API as bytes. The client's models are not used: they drop fields, and cost forty times the time."""

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import msgspec
from kubernetes.aio.client import ApiClient
from kubernetes.aio.config import ConfigException
from msgspec import Struct

from webhook import __version__
from webhook.cluster.configuration import load
from webhook.cluster.credentials import Credentials
from webhook.inventory.source import Outdated, SourceFailed
from webhook.policy.plain_text import plain

_CONNECT = 10.0
"""Seconds for a connection, TLS included."""
_GOOD = (200, 201)
_GONE = 410
_UNAUTHORIZED = 401
_MAX_ERROR = 64 * 1024
_MAX_SAID = 300
_JSON_PATCH = "application/json-patch+json"
_MERGE_PATCH = "application/merge-patch+json"

Operation = Mapping[str, object]
"""One of a JSON patch (RFC 6902): ``op``, ``path``, and ``value``."""


class _Cause(Struct):
    reason: str = ""
    message: str = ""


class _Details(Struct):
    causes: list[_Cause] | None = None


class _Status(Struct):
    message: str = ""
    reason: str = ""
    details: _Details | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    method: str = "GET"
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    accept: str = "application/json"
    content_type: str = "application/json"
    body: Mapping[str, object] | list[Operation] | None = None


class Api:
    """One API server. Connects when first asked, and reads its credentials anew when they are refused."""

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials
        self._client: ApiClient | None = None
        self._using: Counter[ApiClient] = Counter()
        self._connecting = asyncio.Lock()
        self._context = ""

    async def connect(self) -> str:
        """Read the configuration, and return a name for the cluster. Raises SourceFailed."""
        where = plain((await self._connected()).configuration.host)
        return f"{plain(self._context)} ({where})" if self._context else where

    async def close(self) -> None:
        """Close all connections."""
        clients = {client for client in (self._client, *self._using) if client is not None}
        self._client = None
        self._using.clear()
        for client in clients:
            await client.close()  # type: ignore[no-untyped-call]  # the client leaves some functions untyped

    async def get(
        self, path: str, query: Mapping[str, str], *, accept: str = "application/json", within: float
    ) -> bytes:
        """Read a resource whole. Raises SourceFailed, Outdated."""
        return await self._answer(_Request(path=path, query=query, accept=accept), within)

    async def post(
        self, path: str, body: Mapping[str, object], *, query: Mapping[str, str] | None = None, within: float
    ) -> bytes:
        """Create an object, and read what the API server made of it. Raises SourceFailed."""
        return await self._answer(_Request(method="POST", path=path, query=query or {}, body=body), within)

    async def patch(
        self, path: str, query: Mapping[str, str], patch: Mapping[str, object] | list[Operation], *, within: float
    ) -> bytes:
        """Change an object, and read what became of it. Raises SourceFailed.

        A list is a JSON patch, of which all is done or nothing; a mapping is a merge patch (RFC 7386), a part of the
        object, in which None takes away.
        """
        kind = _JSON_PATCH if isinstance(patch, list) else _MERGE_PATCH
        request = _Request(method="PATCH", path=path, query=query, content_type=kind, body=patch)
        return await self._answer(request, within)

    async def stream(
        self,
        path: str,
        query: Mapping[str, str],
        *,
        accept: str = "application/json",
        within: float,
        silence: float,
    ) -> AsyncGenerator[bytes, None]:
        """Yield what a watch sends, as it comes; first nothing, once it is open. Raises SourceFailed, Outdated.

        It is given up after ``within`` seconds in all, or ``silence`` seconds without a byte: a connection whose other
        end is gone says nothing at all.
        """
        limits = aiohttp.ClientTimeout(total=within, connect=_CONNECT, sock_read=silence)
        async with self._asked(_Request(path=path, query=query, accept=accept), limits) as response:
            yield b""
            async for piece in response.content.iter_any():
                yield piece

    async def _answer(self, request: _Request, within: float) -> bytes:
        async with self._asked(request, aiohttp.ClientTimeout(total=within, connect=_CONNECT)) as response:
            return await response.read()

    @asynccontextmanager
    async def _asked(self, request: _Request, limits: aiohttp.ClientTimeout) -> AsyncIterator[aiohttp.ClientResponse]:
        client = await self._connected()
        self._using[client] += 1
        try:
            serialized = await client.param_serialize(
                request.method,
                request.path,
                query_params=list(request.query.items()),
                header_params={"Accept": request.accept, "Content-Type": request.content_type},
                body=request.body,
                auth_settings=["BearerToken"],
            )
            answered = await client.call_api(*serialized, _request_timeout=limits)
            response: aiohttp.ClientResponse = answered.response
            try:
                if response.status not in _GOOD:
                    raise await self._refusal(response, client)
                yield response
            finally:
                response.close()
        except TimeoutError:
            raise SourceFailed("the API server was silent for too long") from None
        except (aiohttp.ClientError, ssl.SSLError, OSError, ValueError, ConfigException) as error:
            raise SourceFailed(f"the API server cannot be reached: {plain(_why(error))}") from None
        finally:
            self._using[client] -= 1
            if client is not self._client and not self._using[client]:
                del self._using[client]
                await client.close()  # type: ignore[no-untyped-call]  # as above

    async def _refusal(self, response: aiohttp.ClientResponse, client: ApiClient) -> SourceFailed:
        try:
            status = msgspec.json.decode(await response.content.read(_MAX_ERROR), type=_Status)
        except ValueError:  # of msgspec, and of Unicode
            status = _Status()
        if response.status == _UNAUTHORIZED and client is self._client:
            self._client = None  # the next request reads the credentials anew; what goes on is left to go on
        said = plain(status.message or status.reason or "", _MAX_SAID)
        text = f"the API server answered {response.status} {said}".rstrip()
        kind = Outdated if response.status == _GONE else SourceFailed
        after = response.headers.get("Retry-After", "")
        causes = (status.details and status.details.causes) or ()
        return kind(
            text,
            status=response.status,
            retry_after=float(after) if after.isdecimal() else 0,
            causes={cause.reason: plain(cause.message, _MAX_SAID) for cause in causes},
        )

    async def _connected(self) -> ApiClient:
        async with self._connecting:
            if self._client is None:
                configuration, self._context = await load(self.credentials)
                try:
                    self._client = ApiClient(configuration)
                except (OSError, ssl.SSLError) as error:
                    raise SourceFailed(f"a certificate cannot be used: {plain(_why(error))}") from None
                self._client.user_agent = f"eci-upgrade-guard/{__version__}"
            return self._client


def _why(error: BaseException) -> str:
    """Say what went wrong without an address book of internals: the system's words where there are some."""
    inner = getattr(error, "os_error", None) or error
    return getattr(inner, "strerror", None) or str(inner) or type(inner).__name__
