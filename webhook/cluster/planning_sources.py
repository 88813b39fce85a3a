"""What is read for a plan of recreation, by resource: see recreation.reading. ``report`` reads less.

Carrying it out follows the workloads among them.
"""

from collections.abc import Mapping
from urllib.parse import quote

from webhook.cluster.api import Api
from webhook.cluster.objects import Objects


def planning_sources(api: Api, namespace: str = "") -> Mapping[str, Objects]:
    """Return where each kind is read, of all namespaces or of one. Nodes are in none."""
    within = f"/namespaces/{quote(namespace, safe='')}" if namespace else ""
    return {
        "deployments": Objects(api, f"/apis/apps/v1{within}/deployments"),
        "statefulsets": Objects(api, f"/apis/apps/v1{within}/statefulsets"),
        "replicasets": Objects(api, f"/apis/apps/v1{within}/replicasets"),
        "replicationcontrollers": Objects(api, f"/api/v1{within}/replicationcontrollers"),
        "jobs": Objects(api, f"/apis/batch/v1{within}/jobs", metadata_only=True),
        "poddisruptionbudgets": Objects(api, f"/apis/policy/v1{within}/poddisruptionbudgets"),
        "resourcequotas": Objects(api, f"/api/v1{within}/resourcequotas"),
        "nodes": Objects(api, "/api/v1/nodes"),
    }
