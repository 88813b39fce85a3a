"""The Secret that holds the authority. What is in it goes nowhere but to who asked for it."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from certs.stores import StoredSecret
from webhook.cluster.api import Api
from webhook.cluster.named_object import NamedObject


class _Metadata(Struct, rename="camel"):
    resource_version: str
    annotations: Any = None


class _Secret(Struct):
    metadata: _Metadata
    data: Any = None


class Secrets:
    """One Secret. Implements certs.stores.SecretStore."""

    def __init__(self, api: Api, namespace: str, name: str) -> None:
        self._object = NamedObject(api, "/api/v1", "secrets", name, namespace=namespace)

    async def read(self) -> StoredSecret | None:
        """Return it; None where there is none. Raises StoreFailed."""
        answer = await self._object.get()
        if answer is None:
            return None
        try:
            secret = msgspec.json.decode(answer, type=_Secret)
        except (ValueError, RecursionError):  # errors of msgspec and of Unicode are ValueErrors
            raise self._object.unreadable() from None
        return StoredSecret(
            _decoded(secret.data), _texts(secret.metadata.annotations), secret.metadata.resource_version
        )

    async def create(self, data: Mapping[str, bytes]) -> None:
        """Create it. Raises Conflict where there is one by now, StoreFailed."""
        await self._object.create({"type": "Opaque", "data": _encoded(data)})

    async def annotate(self, annotations: Mapping[str, str]) -> None:
        """Add annotations, or change them. Raises Conflict where it is gone, StoreFailed."""
        await self._object.patch({"metadata": {"annotations": annotations}})

    async def replace(self, data: Mapping[str, bytes], version: str) -> None:
        """Put other data in place of what ``version`` holds. Raises Conflict where it changed, StoreFailed.

        A patch names the data alone, so that all else stays, known to us or not. The version is put in place rather
        than tested: then it is the API server that compares, and a conflict is told from every other refusal.
        """
        await self._object.patch(
            [
                {"op": "replace", "path": "/metadata/resourceVersion", "value": version},
                {"op": "add", "path": "/data", "value": _encoded(data)},
            ]
        )


def _encoded(data: Mapping[str, bytes]) -> dict[str, str]:
    return {key: b64encode(value).decode() for key, value in data.items()}


def _decoded(data: Any) -> dict[str, bytes]:
    decoded = {}
    for key, text in _texts(data).items():
        try:
            decoded[key] = b64decode(text, validate=True)
        except ValueError:
            continue
    return decoded


def _texts(found: Any) -> dict[str, str]:
    """Return the texts of a map, whatever else is in it or in its place."""
    items = found.items() if isinstance(found, dict) else ()
    return {key: value for key, value in items if isinstance(value, str)}
