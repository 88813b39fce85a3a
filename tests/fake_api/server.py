"""The HTTP side of the fake. It lives in one event loop."""

from time import monotonic

import msgspec
from aiohttp import web

from .answer import Answer, BrokenOff
from .behaviours import Behaviour
from .cluster import FakeCluster
from .exchange import Exchange
from .reads import answer_list, answer_pod
from .recorded import Recorded
from .script import Script
from .settings import Settings
from .statuses import Refused
from .targets import Target, target_of
from .watches import Watch


class FakeServer:
    """Answers requests, by the script where it says something and from the cluster otherwise."""

    def __init__(self, cluster: FakeCluster, settings: Settings) -> None:
        self.cluster = cluster
        self.settings = settings
        self.script = Script()
        self.requests: list[Recorded] = []
        self.errors: list[Exception] = []
        """Faults of the fake itself, which a client could not tell from what is scripted."""
        self._watches: set[Watch] = set()

    def wake(self) -> None:
        """Have all watches look for changes."""
        for watch in self._watches:
            watch.wake()

    def interrupt(self, kind: str, behaviour: Behaviour, revision: int) -> int:
        """Play this on each watch of this kind after the changes up to this revision; return how many there are."""
        found = [watch for watch in self._watches if watch.exchange.target.kind.startswith(kind)]
        for watch in found:
            watch.interrupt(behaviour, revision)
        return len(found)

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer a request."""
        target = target_of(request.path, request.query)
        record = Recorded(request.method, request.path, request.query, request.headers, target.kind if target else None)
        self.requests.append(record)
        answer = Answer(request, record)
        try:
            answer = Exchange(request, self._admitted(request, target), self.cluster, record)
            await self._play(answer)
        except Refused as refused:
            await answer.whole(refused.code, refused.body)
        except (BrokenOff, ConnectionError):
            pass  # as the script, or as the client has it
        except Exception as error:
            self.errors.append(error)
            raise
        finally:
            record.ended = monotonic()
        return answer.response or web.Response(status=500)

    def _admitted(self, request: web.BaseRequest, target: Target | None) -> Target:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        tokens = self.settings.tokens
        if tokens is not None and (scheme != "Bearer" or token not in tokens):
            raise Refused(401, "Unauthorized")
        if request.method != "GET":
            raise Refused(405, "the fake is read, and not written")
        if target is None:
            raise Refused(404, "the server could not find the requested resource")
        return target

    async def _play(self, exchange: Exchange) -> None:
        behaviour = self.script.next(exchange.target.kind)
        if not exchange.target.is_watch:
            exchange.go_on = lambda: self._read(exchange)
            await behaviour.play(exchange)
            return
        watch = Watch(exchange, self.settings)
        self._watches.add(watch)
        try:
            await behaviour.play(exchange)
        finally:
            self._watches.discard(watch)

    async def _read(self, exchange: Exchange) -> None:
        match exchange.target.kind:
            case "version":
                await exchange.whole(200, msgspec.json.encode(self.settings.version))
            case "get pod":
                await answer_pod(exchange)
            case _:
                await answer_list(exchange)
