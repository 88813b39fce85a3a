"""A cluster in which pods are made anew: followed while it is changed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NoReturn
from urllib.parse import quote

from webhook.cluster.api import Api
from webhook.cluster.credentials import Credentials
from webhook.cluster.objects import Objects
from webhook.cluster.planning_sources import planning_sources
from webhook.cluster.recreation_requests import RecreationRequests
from webhook.inventory.contact import STALE_AFTER, Contact
from webhook.inventory.reflector import Pace, Reflector, Tell
from webhook.inventory.source import SourceFailed
from webhook.recreation.followed import Followed

_PACE = Pace(floor=0.2, ceiling=5.0)
"""Somebody waits for the end of it: he is told sooner than the replicas of a guard, who spare the API server."""
_ATTEMPTS = 4
"""Failures of one list after which there is no beginning."""
_LOOK_EVERY = 0.05


class RecreatingCluster(RecreationRequests, Followed):
    """Changes it, and tells what became of it. Implements recreation.seams.Cluster."""

    def __init__(self, api: Api) -> None:
        RecreationRequests.__init__(self, api)
        Followed.__init__(self)
        self.contacts: list[Contact] = []
        """Of each kind of object that is followed."""

    def stale_for(self) -> float:
        """Return for how many seconds nothing was heard, where it is worst; 0 while all watches are in contact.

        A quiet watch is in contact until it is silent for longer than any healthy one. Of one that is lost the seconds
        count from when something was last heard: whatever came after may have been missed.
        """
        return max((one.age or 0 for one in self.contacts if one.trouble or one.doubt(STALE_AFTER)), default=0)

    async def changed(self, seconds: float) -> None:
        """Return when something that the watches tell of has changed, or after so many seconds."""
        await self.bell.heard(seconds)


@asynccontextmanager
async def connect_for_recreation(
    credentials: Credentials, namespace: str = "", *, tell: Tell | None = None
) -> AsyncIterator[RecreatingCluster]:
    """Follow a cluster, or one namespace of it, from the first whole lists on. Raises SourceFailed.

    ``tell`` hears how the watches go.
    """
    api = Api(credentials)
    tasks: list[asyncio.Task[NoReturn]] = []
    try:
        await api.connect()
        cluster = RecreatingCluster(api)
        reflectors = _reflectors(cluster, api, namespace, tell or _tell_nobody)
        tasks.extend(asyncio.create_task(one.run()) for one in reflectors)
        await _first_lists(cluster)
        yield cluster
    finally:
        for task in tasks:
            task.cancel()
        await api.close()  # at once: whoever reads a connection would close it in form, and nobody stays to see it
        await asyncio.gather(*tasks, return_exceptions=True)


def _reflectors(cluster: RecreatingCluster, api: Api, namespace: str, tell: Tell) -> list[Reflector]:
    within = f"/namespaces/{quote(namespace, safe='')}" if namespace else ""
    sources = {
        **planning_sources(api, namespace),
        "replicasets": Objects(api, f"/apis/apps/v1{within}/replicasets", metadata_only=True),
    }
    reflectors = [
        Reflector(resource, sources[resource], workloads, tell, pace=_PACE)
        for resource, workloads in cluster.workloads.items()
    ]
    reflectors.append(Reflector("pods", Objects(api, f"/api/v1{within}/pods"), cluster.pods, tell, pace=_PACE))
    cluster.contacts = [one.contact for one in reflectors]
    return reflectors


async def _first_lists(cluster: RecreatingCluster) -> None:
    while not all(contact.synced for contact in cluster.contacts):
        for contact in cluster.contacts:
            if contact.failures >= _ATTEMPTS:
                raise SourceFailed(contact.trouble)
        await cluster.changed(_LOOK_EVERY)


def _tell_nobody(_level: int, _event: str, /, **_fields: object) -> None:
    """Log nothing: whoever recreates says what matters."""
