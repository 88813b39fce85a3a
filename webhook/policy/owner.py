"""Who a pod belongs to: the controller that would make it anew."""

import sys
from collections.abc import Mapping

from msgspec import Struct


class Owner(Struct, frozen=True, gc=False, order=True):
    """An owner reference with ``controller: true``."""

    kind: str
    name: str
    uid: str


def controller_of(references: object) -> Owner | None:
    """Return the controlling one of ``metadata.ownerReferences``; None where there is none that can be read.

    At most one controls, says the API. Texts are shared: many pods belong to one owner.
    """
    found = _controlling(references)
    return found[0] if found else None


def group_of_controller(references: object) -> str | None:
    """Return the API group of that one, "" for the core's: others have a StatefulSet too. None where there is none."""
    found = _controlling(references)
    version = found[1].get("apiVersion") if found else None
    return version.rpartition("/")[0] if isinstance(version, str) else None


def _controlling(references: object) -> tuple[Owner, Mapping[str, object]] | None:
    if not isinstance(references, list):
        return None
    for reference in references:
        if isinstance(reference, Mapping) and reference.get("controller") is True:
            given = [reference.get(field) for field in ("kind", "name", "uid")]
            texts = [sys.intern(text) for text in given if isinstance(text, str) and text]
            if len(texts) == len(given):
                return Owner(*texts), reference
    return None
