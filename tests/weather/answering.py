"""An API server for objects of any kind: it says what a test has it say, and writes down what it was asked."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.weather.kubeconfigs import write_kubeconfig
from webhook.cluster.api import Api
from webhook.cluster.credentials import Credentials


@dataclass(frozen=True)
class Refusal:
    """A status, and what is said with it."""

    status: int
    message: str = ""
    causes: tuple[dict[str, str], ...] = ()
    retry_after: int | None = None


@dataclass(frozen=True)
class Watch:
    """Events, one a line; then what the test sends, or the end."""

    events: tuple[Any, ...] = ()
    ends: bool = False


@dataclass(frozen=True)
class HangUp:
    """The connection ends."""


@dataclass(frozen=True)
class Silence:
    """The connection lasts."""


@dataclass(frozen=True)
class Asked:
    """A request."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    body: Any = None
    accept: str = field(default="", compare=False)


@dataclass
class Answering:
    """Answers with the next of these, and then always with the last: bytes as they are, else JSON."""

    says: list[Any] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    watches: int = 0
    """That are open."""
    later: asyncio.Queue[Any] = field(default_factory=asyncio.Queue)
    """Events for the watch that is open."""

    @property
    def methods(self) -> str:
        return " ".join(one.method for one in self.asked)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.read()
        self.asked.append(
            Asked(
                request.method,
                request.path,
                dict(request.query),
                request.content_type,
                json.loads(body) if body else None,
                request.headers.get("Accept", ""),
            )
        )
        match self.says.pop(0) if len(self.says) > 1 else self.says[0]:
            case Refusal() as refusal:
                said: dict[str, Any] = {"kind": "Status", "message": refusal.message, "code": refusal.status}
                headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
                said |= {"details": {"causes": refusal.causes}} if refusal.causes else {}
                return web.json_response(said, status=refusal.status, headers=headers)
            case Watch() as watch:
                return await self._watched(request, watch)
            case HangUp():
                assert request.transport
                request.transport.abort()
                return web.Response()
            case Silence():
                await asyncio.sleep(60)
                return web.Response()
            case bytes() as raw:
                return web.Response(body=raw, content_type="application/json")
            case document:
                return web.json_response(document, status=201 if request.method == "POST" else 200)

    async def _watched(self, request: web.BaseRequest, watch: Watch) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        self.watches += 1
        try:
            for event in watch.events:
                await response.write(json.dumps(event).encode() + b"\n")
            while not watch.ends:
                await response.write(json.dumps(await self.later.get()).encode() + b"\n")
        finally:
            self.watches -= 1
        return response


@asynccontextmanager
async def answering(folder: Path, *says: Any) -> AsyncIterator[tuple[Answering, Api]]:
    """Start such a server, and connect to it."""
    server = Answering(list(says))
    runner = web.ServerRunner(
        web.Server(server.answer, access_log=None, handler_cancellation=True), shutdown_timeout=0.02
    )
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    api = Api(Credentials(str(write_kubeconfig(folder / "kubeconfig", url))))
    try:
        yield server, api
    finally:
        await api.close()
        await runner.cleanup()
