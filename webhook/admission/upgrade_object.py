"""An upgrade object as a request carries it: what is to be, what was, and which object it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Raw

from webhook.admission.review import TOO_DEEP, BadReview, Request, TooDeep, decode
from webhook.policy.upgrades.override import ANNOTATION
from webhook.policy.upgrades.this_cluster import ObjectIdentity

Json = Mapping[str, Any]

_decoder = msgspec.json.Decoder()


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradeObject:
    """Both states. Read with care: what has an odd shape is as absent."""

    new: Json
    old: Json | None
    identity: ObjectIdentity
    identity_before: ObjectIdentity
    override: str | None
    """The annotation that is to be."""
    sets_override: bool
    """Whether the request adds or changes it."""
    unreadable: bool = False
    """Whether it nests too deeply to be read: then nothing of it is known but its name."""


def read_upgrade_object(request: Request) -> UpgradeObject:
    """Read both states whole: which fields matter, the kind says. Raises BadReview."""
    try:
        new, old = _read(request.object, "request.object"), _read(request.old_object, "request.oldObject")
    except TooDeep:
        nothing = _identity(request, None)
        return UpgradeObject(
            new={},
            old=None,
            identity=nothing,
            identity_before=nothing,
            override=None,
            sets_override=False,
            unreadable=True,
        )
    if new is None:
        raise BadReview("request.object is no object")
    override, before = _annotation(new), _annotation(old)
    return UpgradeObject(
        new=new,
        old=old,
        identity=_identity(request, new),
        identity_before=_identity(request, old),
        override=override,
        sets_override=override is not None and override != before,
    )


def _read(raw: Raw, what: str) -> Json | None:
    """Return a state, None for what is no object. Raises TooDeep, BadReview."""
    if bytes(raw) == TOO_DEEP:
        raise TooDeep(f"{what} is nested too deeply")
    read = decode(_decoder, raw, what)
    return read if isinstance(read, dict) else None


def _identity(request: Request, found: Json | None) -> ObjectIdentity:
    metadata = _map(found, "metadata")
    name = request.name or metadata.get("name") or f"{metadata.get('generateName') or ''}*"
    return ObjectIdentity(namespace=request.namespace or "", name=str(name), labels=_map(metadata, "labels"))


def _annotation(found: Json | None) -> str | None:
    annotation = _map(_map(found, "metadata"), "annotations").get(ANNOTATION)
    return annotation if isinstance(annotation, str) else None


def _map(found: Json | None, key: str) -> Json:
    inner = found.get(key) if found is not None else None
    return inner if isinstance(inner, dict) else {}
