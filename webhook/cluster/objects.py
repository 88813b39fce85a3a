"""Objects of one kind: listed in pages, watched by lines. The envelopes are read here, the objects are not."""

import random
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

import msgspec
from msgspec import Raw, Struct

from webhook.cluster.api import Api
from webhook.inventory import list_document
from webhook.inventory.source import Change, ChangeKind, Outdated, Page, SourceFailed
from webhook.policy.utf8 import is_utf8

_PAGE = 500
"""Objects a page, as kubectl asks for them."""
_PAGE_WITHIN = 60.0
_OUTDATED = (400, 410)
"""Codes by which a watch ends whose version is of no use."""

_MAX_LINE = 8 * 1024 * 1024
"""Bytes. An object is 3 MiB at most; what is longer is no event."""

METADATA_ONLY = "application/json;as=PartialObjectMetadata{};g=meta.k8s.io;v=v1,application/json"


class _Metadata(Struct):
    resource_version: str = msgspec.field(default="", name="resourceVersion")


class _Versioned(Struct):
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)


class _Event(Struct):
    type: str
    object: Raw


class _Failure(Struct):
    code: int = 0
    message: str = ""


_event_decoder = msgspec.json.Decoder(_Event)
_version_decoder = msgspec.json.Decoder(_Versioned)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchTimes:
    """Seconds. Tests compress them."""

    shortest: int = 240
    longest: int = 360
    """The API server is asked to end each watch somewhere in between, so that not all clients come back at once."""
    grace: float = 15.0
    """Given beyond that before the client ends it."""
    silence: float = 150.0
    """Without a byte. Bookmarks come once a minute."""


class Objects:
    """All objects of one kind, or those that a field selector leaves."""

    def __init__(
        self,
        api: Api,
        path: str,
        *,
        metadata_only: bool = False,
        field_selector: str = "",
        times: WatchTimes | None = None,
    ) -> None:
        self._api = api
        self._path = path
        self._selected = {"fieldSelector": field_selector} if field_selector else {}
        self._list_accept = METADATA_ONLY.format("List") if metadata_only else "application/json"
        self._watch_accept = METADATA_ONLY.format("") if metadata_only else "application/json"
        self._times = times or WatchTimes()

    async def list(self) -> AsyncIterator[Page]:
        """Yield all objects, 500 a page. Raises SourceFailed, Outdated."""
        query = self._selected | {"limit": str(_PAGE)}  # no resourceVersion: for 0 the API server ignores the limit
        while True:
            data = await self._api.get(self._path, query, accept=self._list_accept, within=_PAGE_WITHIN)
            page = _read_page(data)
            metadata = page.metadata or list_document.ListMetadata()
            remaining = metadata.remaining_item_count if metadata.continue_ else 0
            yield Page(
                page.items or (),
                metadata.resource_version or "",
                remaining if isinstance(remaining, int) and remaining >= 0 else None,
            )
            if not metadata.continue_:
                return
            query["continue"] = metadata.continue_

    async def watch(self, version: str) -> AsyncIterator[Sequence[Change]]:
        """Yield changes after ``version``; first nothing, once the watch is open. Raises SourceFailed, Outdated."""
        seconds = random.randint(self._times.shortest, self._times.longest)  # noqa: S311 -- it spreads load, hides nothing
        query = self._selected | {
            "watch": "true",
            "resourceVersion": version,
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(seconds),
        }
        pieces = self._api.stream(
            self._path,
            query,
            accept=self._watch_accept,
            within=seconds + self._times.grace,
            silence=self._times.silence,
        )
        rest = b""
        async with aclosing(pieces):  # or a fault in an event would leave the connection open
            async for piece in pieces:
                *lines, rest = (rest + piece).split(b"\n")
                if len(rest) > _MAX_LINE:
                    raise Outdated("an event of the watch is too long")
                changes = [_read_event(line) for line in lines if line]
                if changes or not piece:
                    yield changes


def _read_page(data: bytes) -> list_document.ListDocument:
    if not is_utf8(data):
        raise SourceFailed("the API server sent a list that is not UTF-8")
    try:
        page = list_document.decoder.decode(data)
    except (msgspec.DecodeError, RecursionError):
        raise SourceFailed("the API server sent a list that cannot be read, or that is cut short") from None
    if not isinstance(page.kind, str) or not page.kind.endswith("List"):
        raise SourceFailed("the API server sent something else than a list")
    if page.items is msgspec.UNSET:
        raise SourceFailed("the API server sent a list without items")
    return page


def _read_event(line: bytes) -> Change:
    """Read one event. What cannot be read at all may have been any change: everything is listed anew."""
    try:
        line.decode()
        event = _event_decoder.decode(line)
        kind = None if event.type == "ERROR" else ChangeKind(event.type)
    except (ValueError, RecursionError):  # errors of Unicode, of msgspec and of the enumeration are ValueErrors
        raise Outdated("the watch sent something that is no event") from None
    if kind is None:
        raise _failure(event.object)
    try:
        version = _version_decoder.decode(event.object).metadata.resource_version
    except msgspec.DecodeError:
        version = ""  # an odd object, which costs itself alone
    return Change(kind, event.object, version)


def _failure(status: Raw) -> SourceFailed:
    try:
        failure = msgspec.json.decode(status, type=_Failure)
    except msgspec.DecodeError:
        failure = _Failure()
    kind = Outdated if failure.code in _OUTDATED else SourceFailed
    return kind(f"the watch ended with {failure.code or 'an error'}", status=failure.code)
