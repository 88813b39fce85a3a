"""How objects are written: whole, or as ``PartialObjectMetadata`` for a client that asks for that."""

from dataclasses import dataclass

import msgspec

from .statuses import Refused
from .targets import Target


class _Object(msgspec.Struct):
    metadata: msgspec.Raw


@dataclass(frozen=True, slots=True)
class Form:
    """A type that objects are written as."""

    api_version: str
    kind: str
    only_metadata: bool = False

    @property
    def head(self) -> bytes:
        """The start of an object that says its type."""
        return b'{"kind":"%s","apiVersion":"%s",' % (self.kind.encode(), self.api_version.encode())

    def single(self, data: bytes) -> bytes:
        """Return an object that stands alone or in an event. Poison stays as it is."""
        if not data.startswith(b'{"metadata":'):
            return data
        if not self.only_metadata:
            return self.head + data[1:]
        return self.head + b'"metadata":' + msgspec.json.decode(data, type=_Object).metadata + b"}"

    def many(self, items: list[bytes], metadata: object) -> bytes:
        """Return a list, where only partial items say their type.

        Whole ones are joined as they are, so that a page of 500 costs next to nothing.
        """
        head = b'{"kind":"%sList","apiVersion":"%s",' % (self.kind.encode(), self.api_version.encode())
        head += b'"metadata":' + msgspec.json.encode(metadata) + b',"items":['
        written = items if not self.only_metadata else [self.single(item) for item in items]
        pieces = [piece for item in written for piece in (b",", item)]
        return b"".join((head, *pieces[1:], b"]}\n"))

    def bookmark(self, revision: int) -> bytes:
        """Return the line that tells a watch how far it has come."""
        metadata = b'"metadata":{"resourceVersion":"%d","creationTimestamp":null}' % revision
        rest = b',"spec":{"containers":null},"status":{}' if self.kind == "Pod" else b""
        return event_line("BOOKMARK", self.head + metadata + rest + b"}")


_WHOLE = {"pods": Form("v1", "Pod"), "namespaces": Form("v1", "Namespace")}
_PARTIAL = Form("meta.k8s.io/v1", "PartialObjectMetadata", only_metadata=True)


def form_of(target: Target, accept: str) -> Form:
    """Return the form that an Accept header asks for first."""
    parts = accept.partition(",")[0].replace(" ", "").split(";")
    asked = next((part.removeprefix("as=") for part in parts if part.startswith("as=")), None)
    if asked is None:
        return _WHOLE[target.resource]
    if asked == ("PartialObjectMetadataList" if target.kind.startswith("list") else "PartialObjectMetadata"):
        return _PARTIAL
    raise Refused(406, f"you requested {asked}, but the requested object is not of that type")


def event_line(kind: str, data: bytes) -> bytes:
    """Return an event as a watch sends it."""
    return b'{"type":"%s","object":%s}\n' % (kind.encode(), data)
