"""The cluster that calls the guard: whom it lets do what, and how the guard is registered there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from certs.keeping import Stores
from webhook.cluster.api import Api
from webhook.cluster.certificate_names import CertificateNames
from webhook.cluster.config_maps import BundleConfigMap
from webhook.cluster.credentials import Credentials
from webhook.cluster.reviews import Reviews
from webhook.cluster.secrets import Secrets
from webhook.cluster.webhook_configurations import Registration, WebhookConfigurations
from webhook.inventory.reflector import Tell


@dataclass(frozen=True, slots=True)
class CallingCluster:
    """What is asked of it."""

    reviews: Reviews
    configurations: WebhookConfigurations
    api: Api

    def certificates(self, names: CertificateNames, tell: Tell) -> Stores:
        """Return the stores of these names; ``tell`` hears how their watch goes. Nothing is asked yet."""
        return Stores(
            secret=Secrets(self.api, names.namespace, names.secret),
            bundle=BundleConfigMap(self.api, names.namespace, names.config_map),
            configuration=Registration(self.api, names.configuration, tell),
        )


@asynccontextmanager
async def calling(credentials: Credentials) -> AsyncIterator[CallingCluster]:
    """Ask the cluster that is meant, for as long as the block lasts. Raises SourceFailed as ``connect`` does.

    It has connections of its own: whatever becomes of them, the watches go on.
    """
    api = Api(credentials)
    try:
        await api.connect()
        yield CallingCluster(Reviews(api), WebhookConfigurations(api), api)
    finally:
        await api.close()
