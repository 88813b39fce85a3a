"""Fills a cluster with pods that nobody schedules or plays: the quick way to many, for benchmarks.

They are as the API server shows pods that run on virtual nodes. No workload stands behind them.
"""

import json
from dataclasses import dataclass

import httpx2

from tests.cluster import staging
from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import MERGE_PATCH, Json, at_once, make_namespaces
from tests.cluster.nodes import VIRTUAL_NODES
from webhook.policy.pod_document import INSTANCE_ID, PLATFORM_VERSION

_NOW = "2026-01-01T00:00:00Z"
_CONTAINER = {"name": "main", "image": "registry.invalid/web:1"}
_RUNNING = {
    "phase": "Running",
    "startTime": _NOW,
    "conditions": [{"type": name, "status": "True"} for name in ("Initialized", "Ready", "ContainersReady")],
    "containerStatuses": [
        _CONTAINER
        | {"imageID": "", "ready": True, "started": True, "restartCount": 0, "state": {"running": {"startedAt": _NOW}}},
    ],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BarePods:
    """What to fill a cluster with."""

    count: int
    namespaces: tuple[str, ...] = ("default",)
    """The pods are spread over them in turn; those that do not exist are made."""
    platform_versions: tuple[str | None, ...] = ("1.1.0",)
    """They are given out in turn; None leaves the annotation out."""
    name: str = "bare"


def fill_with_bare_pods(control_plane: ControlPlane, pods: BarePods) -> None:
    """Create the pods, and return when each of them is Running. Raises HTTPStatusError."""
    with control_plane.client() as client:
        make_namespaces(client, pods.namespaces)
        at_once(lambda number: _create(client, pods, number), range(pods.count))


def _create(client: httpx2.Client, pods: BarePods, number: int) -> None:
    path = f"/api/v1/namespaces/{pods.namespaces[number % len(pods.namespaces)]}/pods"
    name = f"{pods.name}-{number}"
    version = pods.platform_versions[number % len(pods.platform_versions)]
    annotations = {INSTANCE_ID: f"eci-{number:020}"} | ({} if version is None else {PLATFORM_VERSION: version})
    pod: Json = {
        "metadata": {"name": name, "annotations": annotations, "labels": {"app": pods.name, staging.START: "never"}},
        "spec": {
            "nodeName": VIRTUAL_NODES[number % len(VIRTUAL_NODES)],
            "containers": [_CONTAINER],
            "tolerations": [{"operator": "Exists"}],
        },
    }
    client.post(path, json=pod).raise_for_status()
    client.patch(
        f"{path}/{name}/status",
        content=json.dumps({"status": _RUNNING}),
        headers=MERGE_PATCH,
    ).raise_for_status()
