"""One pod out of a list or an event. What cannot be read is told apart by whatever is left of its identity."""

from typing import Any

import msgspec
from msgspec import Raw, Struct

from webhook.policy.plain_text import plain
from webhook.policy.pod_document import PodDocument

_decoder = msgspec.json.Decoder(PodDocument)


class UnreadablePod(ValueError):
    """Raised when an item is no pod that can be read. Its message names the field, and of values the kind alone."""


class Identity(Struct, frozen=True):
    """What is left of an item that could not be read; "" where it is not even a text."""

    uid: str = ""
    namespace: str = ""
    name: str = ""


class _Metadata(Struct):
    uid: Any = ""
    namespace: Any = ""
    name: Any = ""


class _Item(Struct):
    metadata: _Metadata


_identity_decoder = msgspec.json.Decoder(_Item)


def read_pod(item: Raw) -> PodDocument:
    """Decode an item. Raises UnreadablePod."""
    try:
        pod = _decoder.decode(item)
    except ValueError as error:  # of msgspec, and of Unicode
        raise UnreadablePod(plain(str(error))) from None
    except RecursionError:
        raise UnreadablePod("is nested too deeply") from None
    if pod.kind not in (None, "Pod"):
        raise UnreadablePod(f"is of another kind than Pod: {plain(pod.kind, 63)}")
    if pod.metadata is None or not pod.metadata.name:
        raise UnreadablePod("has no metadata.name")
    return pod


def identify(item: Raw) -> Identity:
    """Tell what can be told of an item that could not be read."""
    try:
        metadata = _identity_decoder.decode(item).metadata
    except (msgspec.DecodeError, RecursionError):
        return Identity()
    texts = (text if isinstance(text, str) else "" for text in (metadata.uid, metadata.namespace, metadata.name))
    return Identity(*texts)
