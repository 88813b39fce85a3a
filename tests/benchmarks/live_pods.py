"""Fills a cluster with running pods that nobody plays, half of them ECI, as large as pods are."""

import json
from typing import Any

from tests.cluster import staging
from tests.cluster.bare_pods import _RUNNING
from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import MERGE_PATCH, at_once
from tests.cluster.nodes import ORDINARY_NODES, VIRTUAL_NODES
from webhook.policy.pod_document import INSTANCE_ID

from .pod_list import _VERSIONS
from .submitted_pod import submitted_pod


def fill_with_live_pods(control_plane: ControlPlane, namespaces: tuple[str, ...], count: int) -> None:
    """Create so many, spread over namespaces that exist: four of ten ECI pods are unfit. Raises HTTPStatusError."""
    with control_plane.client() as client:

        def create(number: int) -> None:
            path = f"/api/v1/namespaces/{namespaces[number % len(namespaces)]}/pods"
            pod = _pod(number)
            client.post(path, json=pod).raise_for_status()
            client.patch(
                f"{path}/{pod['metadata']['name']}/status",
                content=json.dumps({"status": _RUNNING}),
                headers=MERGE_PATCH,
            ).raise_for_status()

        at_once(create, range(count))


def _pod(number: int) -> dict[str, Any]:
    is_eci = number % 2 == 0
    version = _VERSIONS[number // 2 % len(_VERSIONS)] if is_eci else None
    pod = submitted_pod(f"app-{number // 20:04}-{number:05}", version)
    nodes = VIRTUAL_NODES if is_eci else ORDINARY_NODES
    pod["spec"]["nodeName"] = nodes[number // 2 % len(nodes)]
    pod["metadata"]["labels"] = {**pod["metadata"]["labels"], staging.START: "never"}  # KWOK leaves it as it is
    if is_eci:
        pod["metadata"]["annotations"][INSTANCE_ID] = f"eci-bp1{number:017}"
    return pod
