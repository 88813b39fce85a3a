"""A cluster, with everything that is read of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

from webhook.cluster.api import Api
from webhook.cluster.credentials import Credentials
from webhook.cluster.objects import Objects, WatchTimes
from webhook.cluster.single_questions import Pods, Versions


class Connection:
    """A cluster that answers. Implements inventory.live.Cluster."""

    def __init__(self, api: Api, description: str, *, namespace: str = "", times: WatchTimes | None = None) -> None:
        self.api = api
        self.description = description
        within = f"/namespaces/{quote(namespace, safe='')}" if namespace else ""
        self.pods = Objects(api, f"/api/v1{within}/pods", times=times)
        self.surroundings = {
            "replicasets": Objects(api, f"/apis/apps/v1{within}/replicasets", metadata_only=True),
            "jobs": Objects(api, f"/apis/batch/v1{within}/jobs", metadata_only=True),
            "deployments": Objects(api, f"/apis/apps/v1{within}/deployments"),
            "statefulsets": Objects(api, f"/apis/apps/v1{within}/statefulsets"),
            "poddisruptionbudgets": Objects(api, f"/apis/policy/v1{within}/poddisruptionbudgets"),
        }
        self.namespaces = Objects(api, "/api/v1/namespaces", metadata_only=True, times=times)
        self.getter = Pods(api)
        self.versions = Versions(api)


@asynccontextmanager
async def connect(
    credentials: Credentials,
    *,
    namespace: str = "",
    times: WatchTimes | None = None,
) -> AsyncIterator[Connection]:
    """Reach a cluster for as long as the block lasts. Raises SourceFailed where the configuration is of no use.

    Whether the API server answers is seen by the first request.
    """
    api = Api(credentials)
    try:
        yield Connection(api, await api.connect(), namespace=namespace, times=times)
    finally:
        await api.close()
