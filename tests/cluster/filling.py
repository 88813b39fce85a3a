"""Fills a cluster with Deployments, all at once, and lets their pods grow old."""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx2

from tests.cluster.control_plane import ControlPlane, NotReady
from tests.cluster.nodes import ON_VIRTUAL_NODES
from webhook.policy.pod_document import PLATFORM_VERSION

Json = dict[str, Any]
_Thing = TypeVar("_Thing")

_AT_ONCE = 16
"""Requests under way; more only wait for each other."""
_PATIENCE = 900.0
"""Seconds for the pods to run: ten thousand need a few minutes on two cores."""
_NAMESPACE = 45.0
"""Seconds for a namespace: a controller that lost the API server comes back after up to half a minute."""
_PAGE = 500
MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What to fill a cluster with."""

    workloads: int
    pods_each: int
    namespaces: tuple[str, ...] = ("default",)
    """The workloads are spread over them in turn; those that do not exist are made."""
    on_virtual_nodes: bool = True
    name: str = "web"
    """Workloads are called by it and a number, and carry it in the label ``app``."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Of each pod, such as those in ``staging``."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    """Of each pod, as its template declares them."""


def fill(control_plane: ControlPlane, filling: Filling) -> None:
    """Create the workloads, and return when all their pods run. Raises NotReady, Died, HTTPStatusError."""
    with control_plane.client() as client:
        make_namespaces(client, filling.namespaces)
        numbers = range(filling.workloads)
        at_once(lambda number: _create(client, filling, number), numbers)
        wanted = filling.workloads * filling.pods_each
        control_plane.wait_until(f"{wanted} pods to run", lambda: _ready(client, filling) >= wanted, _PATIENCE)


def age_pods(control_plane: ControlPlane, namespace: str, platform_version: str | None, selector: str = "") -> int:
    """Give the pods that there are the platform version of the past, or none; return how many there are.

    Their replacements get the current one, as on ACK.
    """
    patch = json.dumps({"metadata": {"annotations": {PLATFORM_VERSION: platform_version}}})
    with control_plane.client() as client:
        paths = [f"/api/v1/namespaces/{namespace}/pods/{name}" for name in _pod_names(client, namespace, selector)]
        at_once(lambda path: client.patch(path, content=patch, headers=MERGE_PATCH).raise_for_status(), paths)
    return len(paths)


def make_namespaces(client: httpx2.Client, names: Iterable[str]) -> None:
    """Make those that do not exist, and return when pods can be created in all of them. Raises NotReady.

    Admission refuses pods while a namespace has no service account yet, an instant for a bare pod to stumble over.
    """
    wanted = list(names)
    for name in wanted:
        answer = client.post("/api/v1/namespaces", json={"metadata": {"name": name}})
        if answer.status_code != httpx2.codes.CONFLICT:
            answer.raise_for_status()
    latest = time.monotonic() + _NAMESPACE
    for name in wanted:
        while not client.get(f"/api/v1/namespaces/{name}/serviceaccounts/default").is_success:
            if time.monotonic() > latest:
                raise NotReady(f"waited {_NAMESPACE:.0f} s in vain for a service account in {name}")
            time.sleep(0.02)


def label_namespace(client: httpx2.Client, name: str, labels: Mapping[str, str]) -> None:
    """Give a namespace labels."""
    patch = json.dumps({"metadata": {"labels": labels}})
    client.patch(f"/api/v1/namespaces/{name}", content=patch, headers=MERGE_PATCH).raise_for_status()


def at_once(request: Callable[[_Thing], object], things: Iterable[_Thing]) -> None:
    """Make a request for each of the things, several at a time. Raises what the first that fails raises."""
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for _ in threads.map(request, things):
            pass


def _create(client: httpx2.Client, filling: Filling, number: int) -> None:
    namespace = filling.namespaces[number % len(filling.namespaces)]
    name = f"{filling.name}-{number}"
    selected = {"app": filling.name, "workload": name}
    container = {"name": "main", "image": "registry.invalid/web:1"}
    deployment = {
        "metadata": {"name": name, "labels": selected},
        "spec": {
            "replicas": filling.pods_each,
            "selector": {"matchLabels": selected},
            "template": {
                "metadata": {"labels": dict(filling.labels) | selected, "annotations": dict(filling.annotations)},
                "spec": {"containers": [container]} | (ON_VIRTUAL_NODES if filling.on_virtual_nodes else {}),
            },
        },
    }
    client.post(f"/apis/apps/v1/namespaces/{namespace}/deployments", json=deployment).raise_for_status()


def _ready(client: httpx2.Client, filling: Filling) -> int:
    total = 0
    for namespace in set(filling.namespaces):
        path = f"/apis/apps/v1/namespaces/{namespace}/deployments"
        found = client.get(path, params={"labelSelector": f"app={filling.name}"}).raise_for_status().json()["items"]
        total += sum(one["status"].get("readyReplicas", 0) for one in found)
    return total


def _pod_names(client: httpx2.Client, namespace: str, selector: str) -> list[str]:
    names: list[str] = []
    asked: Json = {"labelSelector": selector, "limit": _PAGE}
    while True:
        page = client.get(f"/api/v1/namespaces/{namespace}/pods", params=asked).raise_for_status().json()
        names += [pod["metadata"]["name"] for pod in page["items"]]
        token = page["metadata"].get("continue")
        if not token:
            return names
        asked["continue"] = token
