"""The fake API server, in a thread of its own: tests of every sort and other processes may use it."""

import asyncio
import json
import time
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

from aiohttp import web

from .behaviours import Behaviour
from .cluster import FakeCluster
from .recorded import Recorded
from .script import Scripted
from .server import FakeServer
from .settings import Settings
from .targets import Kind
from .watch_behaviours import Bookmark

_GRACE = 0.02
"""Seconds that requests get when the fake stops; a silent one would take any number."""


class FakeApi:
    """A Kubernetes API server on loopback, over plain HTTP, for as long as the ``with`` block. See the package.

    All methods may be called from any thread, and all but ``wait_for`` in the loop of an async test, too.
    """

    def __init__(self, cluster: FakeCluster | None = None, settings: Settings | None = None, *, port: int = 0) -> None:
        self.cluster = cluster or FakeCluster()
        self.settings = settings or Settings()
        self._server = FakeServer(self.cluster, self.settings)
        self._port = port
        self._ready: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
        self._thread = Thread(target=lambda: asyncio.run(self._run()), name="fake-api", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.result()
        self.cluster.subscribe(self._changed)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.cluster.unsubscribe(self._changed)
        loop, stop = self._ready.result()
        loop.call_soon_threadsafe(stop.set)
        self._thread.join()
        if self._server.errors:
            raise ExceptionGroup("the fake API server failed", self._server.errors)

    @property
    def url(self) -> str:
        """The base address."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def requests(self) -> list[Recorded]:
        """All requests so far, in the order in which they came."""
        return list(self._server.requests)

    def requests_of(self, kind: Kind) -> list[Recorded]:
        """Those of one kind."""
        return [one for one in self.requests if one.kind == kind]

    def wait_for(self, kind: Kind, count: int = 1, *, seconds: float = 5.0) -> list[Recorded]:
        """Wait until so many requests of a kind came; return them. Not for a test whose own loop makes them."""
        deadline = time.monotonic() + seconds
        while len(found := self.requests_of(kind)) < count:
            assert time.monotonic() < deadline, f"{len(found)} of {count}: {kind}"
            time.sleep(0.002)
        return found

    def script(self, kind: Scripted, *behaviours: Behaviour) -> None:
        """Queue behaviours, one for each of the next requests of a kind. "list" and "watch" stand for all of these."""
        self._server.script.add(kind, *behaviours)

    def always(self, kind: Scripted, behaviour: Behaviour | None) -> None:
        """Play a behaviour whenever nothing is queued; None ends it."""
        self._server.script.always(kind, behaviour)

    def pending(self) -> dict[Scripted, list[Behaviour]]:
        """What is queued and was not played yet."""
        return self._server.script.pending()

    def interrupt(self, kind: Scripted, behaviour: Behaviour) -> None:
        """Play a behaviour on the watches that run, after all changes so far and before all later ones."""

        async def interrupt() -> int:
            return self._server.interrupt(kind, behaviour, revision)

        revision = self.cluster.revision
        loop, _ = self._ready.result()
        assert asyncio.run_coroutine_threadsafe(interrupt(), loop).result(), f"nothing to interrupt: {kind}"

    def bookmark(self, kind: Scripted = "watch") -> None:
        """Send a bookmark to the watches that run and allow it."""
        self.interrupt(kind, Bookmark())

    def kubeconfig(self, path: Path, token: str | None = None) -> Path:
        """Write a kubeconfig for this server. It is JSON, which YAML includes."""
        document = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "fake", "cluster": {"server": self.url}}],
            "users": [{"name": "fake", "user": {"token": token} if token else {}}],
            "contexts": [{"name": "fake", "context": {"cluster": "fake", "user": "fake"}}],
            "current-context": "fake",
        }
        path.write_text(json.dumps(document, indent=2))
        return path

    def _changed(self) -> None:
        loop, _ = self._ready.result()
        loop.call_soon_threadsafe(self._server.wake)

    async def _run(self) -> None:
        stop = asyncio.Event()
        server = web.Server(self._server.serve, access_log=None, handler_cancellation=True)
        runner = web.ServerRunner(server, shutdown_timeout=_GRACE)
        try:
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", self._port).start()
        except OSError as error:
            self._ready.set_exception(error)
            return
        self._port = runner.addresses[0][1]
        self._ready.set_result((asyncio.get_running_loop(), stop))
        await stop.wait()
        await runner.cleanup()
