"""A list as the API server sends it, with its items left as they are: each is decoded on its own."""

from typing import Any

import msgspec
from msgspec import Raw, Struct, UnsetType

_NAMES = {
    "continue_": "continue",
    "resource_version": "resourceVersion",
    "remaining_item_count": "remainingItemCount",
}


class ListMetadata(Struct, rename=_NAMES):
    """Of ``metadata``."""

    continue_: str | None = None
    """Set where the list goes on in another page."""
    resource_version: str | None = None
    remaining_item_count: Any = None
    """An estimate, for a progress bar: what is no number there spoils no list."""


class ListDocument(Struct, rename={"api_version": "apiVersion"}):
    """A list, or one page of it."""

    api_version: Any = None
    kind: Any = None
    metadata: ListMetadata | None = None
    items: list[Raw] | UnsetType | None = msgspec.UNSET


decoder = msgspec.json.Decoder(ListDocument)
