"""A list as the API server sends it, with its items left as they are: each is decoded on its own."""

from typing import Any

import msgspec
from msgspec import Raw, Struct, UnsetType


class ListMetadata(Struct, rename={"continue_": "continue", "resource_version": "resourceVersion"}):
    """Of ``metadata``."""

    continue_: str | None = None
    """Set where the list goes on in another page."""
    resource_version: str | None = None


class ListDocument(Struct, rename={"api_version": "apiVersion"}):
    """A list, or one page of it."""

    api_version: Any = None
    kind: Any = None
    metadata: ListMetadata | None = None
    items: list[Raw] | UnsetType | None = msgspec.UNSET


decoder = msgspec.json.Decoder(ListDocument)
