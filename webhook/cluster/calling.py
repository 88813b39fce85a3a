"""The cluster that calls the guard: whom it lets do what, and how the guard is registered there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from webhook.cluster.api import Api
from webhook.cluster.credentials import Credentials
from webhook.cluster.reviews import Reviews
from webhook.cluster.webhook_configurations import WebhookConfigurations


@dataclass(frozen=True, slots=True)
class CallingCluster:
    """What is asked of it."""

    reviews: Reviews
    configurations: WebhookConfigurations


@asynccontextmanager
async def calling(credentials: Credentials) -> AsyncIterator[CallingCluster]:
    """Ask the cluster that is meant, for as long as the block lasts. Raises SourceFailed as ``connect`` does.

    It has connections of its own: whatever becomes of them, the watches go on.
    """
    api = Api(credentials)
    try:
        await api.connect()
        yield CallingCluster(Reviews(api), WebhookConfigurations(api))
    finally:
        await api.close()
