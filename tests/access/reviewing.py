"""Asking a cluster who somebody is, and nothing else of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from webhook.cluster.calling import calling
from webhook.cluster.credentials import Credentials
from webhook.cluster.reviews import Reviews


@asynccontextmanager
async def reviewing(credentials: Credentials) -> AsyncIterator[Reviews]:
    async with calling(credentials) as cluster:
        yield cluster.reviews
