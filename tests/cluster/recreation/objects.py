"""What is made in a cluster to have pods recreated, and how tests wait for what becomes of them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.cluster.control_plane import ControlPlane
from tests.cluster.nodes import ON_VIRTUAL_NODES
from tests.cluster.staging import ending_by_uid
from webhook.recreation.plan import PlannedPod, WorkloadRef
from webhook.recreation.seams import Cluster, PodNow

Json = dict[str, Any]

POD_SPEC: Json = {"containers": [{"name": "main", "image": "registry.invalid/web:1"}]} | ON_VIRTUAL_NODES
_PATHS = {
    "Deployment": "/apis/apps/v1/namespaces/{}/deployments",
    "StatefulSet": "/apis/apps/v1/namespaces/{}/statefulsets",
    "ReplicaSet": "/apis/apps/v1/namespaces/{}/replicasets",
    "ReplicationController": "/api/v1/namespaces/{}/replicationcontrollers",
    "Job": "/apis/batch/v1/namespaces/{}/jobs",
    "CronJob": "/apis/batch/v1/namespaces/{}/cronjobs",
    "Pod": "/api/v1/namespaces/{}/pods",
    "PodDisruptionBudget": "/apis/policy/v1/namespaces/{}/poddisruptionbudgets",
}


def make(control_plane: ControlPlane, namespace: str, kind: str, name: str, body: Json) -> WorkloadRef:
    """Create an object, and return what it is."""
    metadata = {"name": name} | body.get("metadata", {})
    with control_plane.client() as client:
        made = client.post(_PATHS[kind].format(namespace), json=body | {"metadata": metadata}).raise_for_status().json()
    return WorkloadRef(namespace=namespace, kind=kind, name=name, uid=made["metadata"]["uid"])


def make_workload(
    control_plane: ControlPlane,
    namespace: str,
    kind: str = "Deployment",
    replicas: int = 2,
    *,
    name: str = "web",
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
) -> WorkloadRef:
    """Create a workload whose pods are ECI pods, with its name as their label ``app``."""
    selected = {"app": name}
    selector: Json = selected if kind == "ReplicationController" else {"matchLabels": selected}
    template: Json = {
        "metadata": {"labels": selected | dict(labels or {}), "annotations": dict(annotations or {})},
        "spec": POD_SPEC,
    }
    if kind == "StatefulSet":
        template = ending_by_uid(template)
    return make(
        control_plane,
        namespace,
        kind,
        name,
        {"spec": {"replicas": replicas, "selector": selector, "template": template}},
    )


def make_bare_pod(control_plane: ControlPlane, namespace: str, name: str = "bare", **metadata: Json) -> WorkloadRef:
    """Create a pod that no controller makes anew."""
    return make(control_plane, namespace, "Pod", name, {"metadata": metadata, "spec": POD_SPEC})


def make_budget(
    control_plane: ControlPlane, namespace: str, min_available: int, *, app: str = "web", name: str = ""
) -> None:
    """Create a budget over the pods of a workload, and return once it counts as many."""
    spec = {"minAvailable": min_available, "selector": {"matchLabels": {"app": app}}}
    name = name or app
    make(control_plane, namespace, "PodDisruptionBudget", name, {"spec": spec})
    path = f"{_PATHS['PodDisruptionBudget'].format(namespace)}/{name}"
    with control_plane.client() as client:

        def counts() -> bool:
            status = client.get(path).raise_for_status().json().get("status", {})
            return bool(status.get("observedGeneration") == 1 and status.get("currentHealthy", 0) >= min_available)

        control_plane.wait_until("the budget to count", counts)


async def until(cluster: Cluster, is_so: Callable[[], object]) -> None:
    """Return when it is so, looking whenever something changed. pytest's time limit ends a wait in vain."""
    while not is_so():
        await cluster.changed(60)


async def ready_pods(cluster: Cluster, workload: WorkloadRef, count: int) -> list[PodNow]:
    """Return the pods of a workload once so many are ready, and no other is there."""
    await until(cluster, lambda: [bool(one.ready_since) for one in cluster.pods_of(workload)] == [True] * count)
    return list(cluster.pods_of(workload))


def uids(pods: Iterable[PodNow]) -> list[str]:
    """Return which pods these are: of a pod that is ready the status may still be written again."""
    return sorted(pod.uid for pod in pods)


def planned(pod: PodNow) -> PlannedPod:
    """Return it as a plan names it."""
    return PlannedPod(namespace=pod.namespace, name=pod.name, uid=pod.uid)
