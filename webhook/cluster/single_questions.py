"""What is asked of the API server one at a time: a pod, and which Kubernetes it runs."""

from urllib.parse import quote

import msgspec
from msgspec import Raw, Struct

from webhook.cluster.api import Api
from webhook.inventory.source import SourceFailed

_POD_WITHIN = 5.0
_VERSION_WITHIN = 10.0
_NOT_FOUND = 404


class Pods:
    """Single pods."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def get(self, namespace: str, name: str) -> Raw | None:
        """Return a pod, None where there is none. Raises SourceFailed."""
        path = f"/api/v1/namespaces/{_segment(namespace)}/pods/{_segment(name)}"
        try:
            return Raw(await self._api.get(path, {}, within=_POD_WITHIN))
        except SourceFailed as failure:
            if failure.status == _NOT_FOUND:
                return None
            raise


class _Version(Struct, rename="camel"):
    git_version: str


class Versions:
    """What the API server runs."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def version(self) -> str:
        """Return its ``gitVersion``. Raises SourceFailed."""
        data = await self._api.get("/version", {}, within=_VERSION_WITHIN)
        try:
            return msgspec.json.decode(data, type=_Version).git_version
        except ValueError:
            raise SourceFailed("the API server tells no version") from None


def _segment(text: str) -> str:
    return quote(text, safe="")
