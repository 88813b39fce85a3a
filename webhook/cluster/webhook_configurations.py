"""How the guard is registered at the API server that calls it, and the certificates by which it is called there."""

from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import quote

import msgspec

from certs.stores import Conflict, Registered
from webhook.cluster import ca_bundles
from webhook.cluster.api import Api
from webhook.cluster.ca_bundles import Configuration
from webhook.cluster.changes import changes
from webhook.cluster.named_object import NamedObject, Unfit
from webhook.cluster.objects import Objects, WatchTimes
from webhook.inventory.reflector import Pace, Tell
from webhook.inventory.source import SourceFailed

_GROUP, _RESOURCE = "/apis/admissionregistration.k8s.io/v1", "validatingwebhookconfigurations"
_WITHIN = 10.0
_NOT_FOUND = 404
_LOOKS = 6
"""Two are for patches, one for seeing that all is well; the rest are for others who change it meanwhile."""


class WebhookConfigurations:
    """Implements server.registered_rules.ConfigurationSource."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def get(self, name: str) -> Any | None:
        """Return a configuration as it is; None where there is none. Raises SourceFailed."""
        try:
            data = await self._api.get(f"{_GROUP}/{_RESOURCE}/{quote(name, safe='')}", {}, within=_WITHIN)
            return msgspec.json.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise SourceFailed("the API server sent something that cannot be read") from None
        except SourceFailed as failure:
            if failure.status == _NOT_FOUND:
                return None
            raise


class Registration:
    """One configuration, whose caBundle is kept. Implements certs.stores.ConfigurationStore."""

    def __init__(
        self, api: Api, name: str, tell: Tell, *, times: WatchTimes | None = None, pace: Pace | None = None
    ) -> None:
        self._object = NamedObject(api, _GROUP, _RESOURCE, name)
        # A right to lists and watches may be for one name, if they ask for no other.
        selector = f"metadata.name={name}"
        path = f"{_GROUP}/{_RESOURCE}"
        self._alone = Objects(api, path, metadata_only=True, field_selector=selector, times=times)
        self._tell = tell
        self._pace = pace

    async def read(self) -> Registered | None:
        """Return it; None where there is none. Raises StoreFailed."""
        found = await self._found()
        return ca_bundles.registered(found) if found else None

    async def inject(self, registered: Registered, bundle: bytes) -> None:
        """Put the bundle into every entry of just this object that has another, and own none of it afterwards.

        Raises Conflict where it is another object by now, or has other entries; StoreFailed. Each look does what is
        left to be done, so it does not matter who else changes it meanwhile, or does the same.
        """
        refused: dict[str, Unfit] = {}
        for _ in range(_LOOKS):
            found = await self._same(registered)
            patch = ca_bundles.injection(found, bundle) or ca_bundles.release(found)
            if not patch:
                return
            version = found.metadata.resource_version
            if version in refused:
                raise refused[version]  # nobody changed it: it is the patch that is at fault
            try:
                await self._object.patch(patch)
            except Unfit as unfit:
                refused[version] = unfit
            except Conflict:
                continue
        raise Conflict(f"{self._object.called} changes faster than it can be patched")

    def changes(self) -> AsyncGenerator[None, None]:
        """Yield whenever it may have changed; first at once. It never ends and never raises."""
        return changes(self._object.called, self._alone, self._tell, self._pace)

    async def _same(self, registered: Registered) -> Configuration:
        found = await self._found()
        if found is None:
            raise Conflict(f"{self._object.called} is gone")
        now = ca_bundles.registered(found)
        if now.uid != registered.uid:
            raise Conflict(f"{self._object.called} was deleted and created anew")
        if now.bundles.keys() != registered.bundles.keys():
            raise Conflict(f"{self._object.called} has other entries than before")
        return found

    async def _found(self) -> Configuration | None:
        answer = await self._object.get()
        try:
            return None if answer is None else msgspec.json.decode(answer, type=Configuration)
        except (ValueError, RecursionError):  # errors of msgspec and of Unicode are ValueErrors
            raise self._object.unreadable() from None
