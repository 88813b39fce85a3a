"""Clusters for plans, as the API server would list them: every object is JSON, and is read as it is in earnest."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec
from msgspec import Raw

from tests.builders import NOW, Json, inventory, policy, running
from webhook.inventory.source import Change, Page, SourceFailed
from webhook.recreation.bare_pods import Bare
from webhook.recreation.overheard import OverheardPods
from webhook.recreation.plan import LeftOut, Plan, Step
from webhook.recreation.planning import Planned, Sight, Wishes, make_plan
from webhook.recreation.reading import CONTROLLERS, read_circumstances
from webhook.recreation.scope import Scope
from webhook.recreation.ways import Preference

KINDS = {
    "Deployment": "deployments",
    "StatefulSet": "statefulsets",
    "ReplicaSet": "replicasets",
    "ReplicationController": "replicationcontrollers",
    "Job": "jobs",
    "PodDisruptionBudget": "poddisruptionbudgets",
    "ResourceQuota": "resourcequotas",
    "Node": "nodes",
}
GROUPS = {"ReplicationController": "v1", "Job": "batch/v1"}


class Listed:
    """A source that lists what it was given, or fails."""

    def __init__(self, items: Sequence[Any], failure: str | None = None) -> None:
        self._items = items
        self._failure = failure

    async def list(self) -> AsyncIterator[Page]:
        if self._failure is not None:
            raise SourceFailed(self._failure, status=403)
        yield Page([Raw(msgspec.json.encode(item)) for item in self._items], "1")

    def watch(self, version: str) -> AsyncIterator[Sequence[Change]]:
        raise AssertionError(f"a plan follows nothing, and not from {version}")


def seen(*objects: Json, failing: Sequence[str] = ()) -> Sight:
    """Read these objects as a cluster; kinds that fail are named by their resource."""
    return asyncio.run(_seen(objects, failing))


async def _seen(objects: Sequence[Json], failing: Sequence[str]) -> Sight:
    chosen = policy()
    pods = [one for one in objects if one["kind"] == "Pod"]
    overheard = OverheardPods(Listed(pods))
    async for _ in overheard.list():
        pass
    sources = {
        resource: Listed(
            [one for one in objects if one["kind"] == kind],
            "forbidden" if resource in failing else None,
        )
        for kind, resource in KINDS.items()
    }
    assert set(CONTROLLERS) < set(sources)
    around = await read_circumstances(sources, chosen.evidence)
    return Sight(inventory=inventory(*pods), pods=overheard.pods, circumstances=around)


def planned(
    *objects: Json,
    failing: Sequence[str] = (),
    preference: Preference = Preference.AUTO,
    bare: Bare = Bare.SKIP,
    scope: Scope | None = None,
) -> Planned:
    wishes = Wishes(scope=scope or Scope(), preference=preference, bare=bare)
    return make_plan(seen(*objects, failing=failing), policy(), wishes, NOW)


def plan(*objects: Json, **changes: Any) -> Plan:
    return planned(*objects, **changes).plan


def only_step(*objects: Json, **changes: Any) -> Step:
    """Plan what has one step, and leaves nothing out."""
    made = plan(*objects, **changes)
    assert made.left_out == ()
    (step,) = made.steps
    return step


def only_left(*objects: Json, **changes: Any) -> LeftOut:
    """Plan what does nothing, and leaves one out."""
    made = plan(*objects, **changes)
    assert made.steps == ()
    (left,) = made.left_out
    return left


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


def quota(hard: str, used: str, *, what: str = "pods", **spec: Any) -> Json:
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "most", "namespace": "shop", "uid": "uid-of-most"},
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
