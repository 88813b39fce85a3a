"""The ConfigMap that holds the public bundle."""

from contextlib import suppress
from typing import Any

import msgspec
from msgspec import Struct

from certs.stores import Conflict
from webhook.cluster.api import Api
from webhook.cluster.named_object import NamedObject

_KEY = "ca.crt"
_MEETINGS = 2
"""How often somebody else may come first: a replica that creates it, and then somebody who deletes it."""


class _ConfigMap(Struct):
    data: Any = None


class BundleConfigMap:
    """One ConfigMap, of which one key is the guard's. Implements certs.stores.BundleStore."""

    def __init__(self, api: Api, namespace: str, name: str) -> None:
        self._object = NamedObject(api, "/api/v1", "configmaps", name, namespace=namespace)

    async def publish(self, bundle: bytes) -> None:
        """Have it hold this bundle under ``ca.crt``, whether it exists or not. Raises StoreFailed.

        Nothing is written where it holds that: each replica publishes what they all know.
        """
        for _ in range(_MEETINGS):
            with suppress(Conflict):
                return await self._publish(bundle.decode())
        return await self._publish(bundle.decode())

    async def _publish(self, bundle: str) -> None:
        answer = await self._object.get()
        if answer is None:
            await self._object.create({"data": {_KEY: bundle}})
        elif self._held(answer) != bundle:
            # A key cannot be in both maps.
            await self._object.patch({"data": {_KEY: bundle}, "binaryData": {_KEY: None}})

    def _held(self, answer: bytes) -> Any:
        try:
            data = msgspec.json.decode(answer, type=_ConfigMap).data
        except (ValueError, RecursionError):  # errors of msgspec and of Unicode are ValueErrors
            raise self._object.unreadable() from None
        return data.get(_KEY) if isinstance(data, dict) else None
