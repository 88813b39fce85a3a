"""One request that the fake knows, and its answer: what behaviours are played on."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from .answer import Answer
from .cluster import FakeCluster
from .forms import form_of
from .recorded import Recorded
from .statuses import Refused
from .targets import Target

_KNOWN = {"allowWatchBookmarks", "continue", "limit", "pretty", "resourceVersion", "timeoutSeconds", "watch"}


class Exchange(Answer):
    """A request, read as far as all kinds of it are alike. Refuses what would change the answer and is not played."""

    def __init__(self, request: web.BaseRequest, target: Target, cluster: FakeCluster, record: Recorded) -> None:
        super().__init__(request, record)
        self.target = target
        self.cluster = cluster
        self.query = request.query
        if unknown := sorted(set(self.query) - _KNOWN):
            raise Refused(400, f"the fake does not know {', '.join(unknown)}")
        self.form = form_of(target, request.headers.get("Accept", ""))
        self.revision = self.number("resourceVersion")
        """What the client asks for. Of a watch: how far it has come."""
        self.limit = self.number("limit")
        self.seconds = self.number("timeoutSeconds") or None
        self.go_on: Callable[[], Awaitable[None]]
        """Answers as if nothing were the matter; within a watch: goes on where it was."""

    def number(self, name: str) -> int:
        """Return a number of the query; 0 where there is none, as everywhere in this API."""
        text = self.query.get(name) or "0"
        if not text.isdecimal():
            raise Refused(400, f"{name}: invalid value {text!r}")
        return int(text)

    async def bookmark(self, revision: int) -> None:
        """Send a bookmark to a watch that allows it; as from a real server, no other gets one."""
        if self.query.get("allowWatchBookmarks") in ("true", "1"):
            await self.write(self.form.bookmark(revision))
