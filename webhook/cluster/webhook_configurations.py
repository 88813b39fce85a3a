"""How the guard is registered at the API server that calls it."""

from typing import Any
from urllib.parse import quote

import msgspec

from webhook.cluster.api import Api
from webhook.inventory.source import SourceFailed

_PATH = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"
_WITHIN = 10.0
_NOT_FOUND = 404


class WebhookConfigurations:
    """Implements server.registered_rules.ConfigurationSource."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def get(self, name: str) -> Any | None:
        """Return a configuration as it is; None where there is none. Raises SourceFailed."""
        try:
            data = await self._api.get(f"{_PATH}/{quote(name, safe='')}", {}, within=_WITHIN)
            return msgspec.json.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise SourceFailed("the API server sent something that cannot be read") from None
        except SourceFailed as failure:
            if failure.status == _NOT_FOUND:
                return None
            raise
