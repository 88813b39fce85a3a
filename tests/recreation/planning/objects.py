"""What a cluster is made of, as JSON: workloads with their pods, budgets, quotas, nodes. All in the namespace shop."""

from typing import Any

from tests.builders import Json, running

GROUPS = {"ReplicationController": "v1", "Job": "batch/v1"}


def controller(kind: str, name: str = "web", *, replicas: int = 3, of: Json | None = None, **spec: Any) -> Json:
    metadata: Json = {"name": name, "namespace": "shop", "uid": f"uid-of-{kind}-{name}"}
    if of is not None:
        metadata["ownerReferences"] = [reference_to(of)]
    api_version = GROUPS.get(kind, "apps/v1")
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": {"replicas": replicas} | spec}


def rolling(max_surge: Any = "25%", max_unavailable: Any = "25%") -> Json:
    return {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": max_surge, "maxUnavailable": max_unavailable}}


def pinned(version: str) -> Json:
    return {"metadata": {"annotations": {"k8s.aliyun.com/eci-platform-version": version}}}


def reference_to(owner: Json) -> Json:
    metadata = owner["metadata"]
    named = {"kind": owner["kind"], "name": metadata["name"], "uid": metadata["uid"], "controller": True}
    return named | {"apiVersion": owner["apiVersion"]}


def member(
    owner: Json | None,
    name: str,
    version: str | None = "1.0.0",
    *,
    ready: bool = True,
    deleting: bool = False,
    labels: Json | None = None,
    volumes: Any = None,
    **changes: Any,
) -> Json:
    """A pod of a workload; of nothing, a bare one."""
    one = running(name, version, **({"namespace": "shop", "labels": labels or {"app": "web"}} | changes))
    if owner is not None:
        one["metadata"]["ownerReferences"] = [reference_to(owner)]
    if deleting:
        one["metadata"]["deletionTimestamp"] = "2026-11-22T20:59:00Z"
    if volumes is not None:
        one["spec"]["volumes"] = volumes
    ready_or_not = {"type": "Ready", "status": "True" if ready else "False"}
    one["status"]["conditions"] = [{"type": "PodScheduled", "status": "True"}, ready_or_not]
    return one


def members(owner: Json, count: int = 3, **changes: Any) -> list[Json]:
    return [member(owner, f"{owner['metadata']['name']}-{place}", **changes) for place in range(count)]


def deployment(name: str = "web", *, replicas: int = 3, pods: int | None = None, **spec: Any) -> list[Json]:
    """A Deployment with its ReplicaSet, and as many unfit pods as it has replicas."""
    given = {"strategy": rolling()} | spec
    top = controller("Deployment", name, replicas=replicas, **given)
    below = controller("ReplicaSet", f"{name}-5d9", replicas=replicas, of=top)
    return [top, below, *members(below, replicas if pods is None else pods)]


def budget(
    name: str = "web",
    *,
    allowed: int = 0,
    healthy: int = 3,
    desired: int = 3,
    expected: int = 3,
    observed: int = 1,
    labels: Json | None = None,
    **spec: Any,
) -> Json:
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": name, "namespace": "shop", "uid": f"uid-of-{name}", "generation": 1},
        "spec": {"selector": {"matchLabels": labels or {"app": "web"}}} | (spec or {"maxUnavailable": 0}),
        "status": {
            "disruptionsAllowed": allowed,
            "currentHealthy": healthy,
            "desiredHealthy": desired,
            "expectedPods": expected,
            "observedGeneration": observed,
        },
    }


def quota(hard: str, used: str, *, what: str = "pods", name: str = "most", **spec: Any) -> Json:
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": name, "namespace": "shop", "uid": f"uid-of-{name}"},
        "spec": spec,
        "status": {"hard": {what: hard}, "used": {what: used}},
    }


def node(name: str, *, ready: bool = True, cordoned: bool = False, labels: Json | None = None) -> Json:
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "uid": f"uid-of-{name}", "labels": labels or {}},
        "spec": {"unschedulable": True} if cordoned else {},
        "status": {"conditions": [{"type": "Ready", "status": "True" if ready else "Unknown"}]},
    }
