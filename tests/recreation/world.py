"""The pods of a simulated cluster, and what makes them: controllers and the virtual node, on virtual time."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from msgspec.structs import replace

from tests.recreation.virtual_time import clock
from webhook.recreation.plan import Plan, PlannedPod, Step, Strategy, WorkloadRef
from webhook.recreation.seams import EvictionAnswer, PodNow

WORKER = "worker-1"


@dataclass(frozen=True, kw_only=True)
class Reborn:
    """How the next pod of a workload comes. None is never."""

    made_after: float | None = 0.1
    ready_after: float | None = 1.0
    annotated_after: float | None = 0.5
    version: str = "1.1.0"
    node: str = "virtual-kubelet-a"


@dataclass(kw_only=True)
class Workload:
    ref: WorkloadRef
    replicas: int | None
    reborn: Reborn = Reborn()
    min_available: int | None = None
    """Of its PodDisruptionBudget; None where it has none."""
    budget: str = ""
    """The name of that budget, by default the workload's; workloads with the same name share it."""
    min_ready_seconds: int = 0
    on_workers: int = 0
    """So many of its pods come up on an ordinary node, where none gets a platform version."""
    strategy: Strategy = Strategy.EVICT
    answer: EvictionAnswer | None = None
    """What every eviction is answered, if not by the budget."""
    end_after: float = 0.3
    alive: bool = True
    paused: bool = False

    def is_good(self, pod: PodNow) -> bool:
        """As it should be: fit, and Ready for long enough."""
        if pod.ready_since is None or (pod.platform_version != "1.1.0" and pod.node_name != WORKER):
            return False
        return (clock() - pod.ready_since).total_seconds() >= self.min_ready_seconds - 0.001


def _is_unfit(pod: PodNow) -> bool:
    """By what is written on it: one whose instance runs may be annotated later."""
    unset = pod.platform_version is None and pod.ready_since is not None and pod.node_name != WORKER
    return unset or pod.platform_version == "1.0.0"


def belonging(pods: Mapping[str, PodNow], workload: WorkloadRef) -> list[PodNow]:
    """A bare pod is known by its name, also when it was made again."""
    if workload.kind == "Pod":
        named = (workload.namespace, workload.name)
        return [pod for pod in pods.values() if not pod.owner_uid and (pod.namespace, pod.name) == named]
    return [pod for pod in pods.values() if pod.owner_uid == workload.uid]


class World:
    """What there is. ``tell`` is called after each change."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self.workloads: dict[str, Workload] = {}
        self.pods: dict[str, PodNow] = {}
        self.restarts: dict[str, set[datetime]] = {}
        self._numbers = count(1)
        self._tell = tell

    def add(
        self, name: str, pods: int, kind: str = "Deployment", *, namespace: str = "shop", **more: object
    ) -> Workload:
        ref = WorkloadRef(namespace=namespace, kind=kind, name=name, uid=f"{name}-owner")
        workload = Workload(ref=ref, replicas=pods, **more)  # type: ignore[arg-type]  # fields by their names
        self.workloads[ref.uid] = workload
        for place in range(pods):
            stable = f"{name}-{place}" if kind == "StatefulSet" else ""
            pod = self._make(workload, stable, version="1.0.0")
            self._set(replace(pod, ready_since=pod.created_at))
        return workload

    def add_bare(self, name: str, **more: object) -> Workload:
        uid = f"{name}-{next(self._numbers)}"
        ref = WorkloadRef(namespace="shop", kind="Pod", name=name, uid=uid)
        workload = Workload(ref=ref, replicas=None, strategy=Strategy.MAKE_AGAIN, **more)  # type: ignore[arg-type]  # as above
        self.workloads[uid] = workload
        self._set(
            PodNow(
                namespace="shop", name=name, uid=uid, platform_version="1.0.0", created_at=clock(), ready_since=clock()
            )
        )
        return workload

    def plan(self, namespace: str = "") -> Plan:
        """What a plan made now, for one namespace or all, would hold: the unfit pods."""
        steps = []
        for workload in self.workloads.values():
            if namespace not in {"", workload.ref.namespace}:
                continue
            pods = tuple(
                PlannedPod(namespace=pod.namespace, name=pod.name, uid=pod.uid, node_name=pod.node_name)
                for pod in self.of(workload.ref)
                if not pod.deleting
                and (_is_unfit(pod) or (workload.strategy is Strategy.RESTART and workload.on_workers))
            )
            if pods and workload.alive:
                steps.append(
                    Step(
                        workload=workload.ref,
                        strategy=workload.strategy,
                        pods=pods,
                        min_ready_seconds=workload.min_ready_seconds,
                        budgets=() if workload.min_available is None else (workload.budget or workload.ref.name,),
                        on_ordinary_nodes=sum(pod.node_name == WORKER for pod in self.of(workload.ref)),
                    )
                )
        made_at = "2026-11-26T09:00:00Z"
        return Plan(cluster="one", target="1.26", made_at=made_at, namespace=namespace, steps=tuple(steps))

    def delete_pod(self, uid: str) -> None:
        """Let it end, by whosever hand. Its controller makes another."""
        pod = self.pods.get(uid)
        if pod is None or pod.deleting:
            return
        workload = self.workloads.get(pod.owner_uid or uid)
        self._set(replace(pod, deleting=True))
        later(workload.end_after if workload else 0.3, lambda: self._gone(uid))

    def delete_owner(self, workload: Workload) -> None:
        workload.alive = False
        for pod in self.of(workload.ref):
            self.delete_pod(pod.uid)

    def orphan(self, workload: Workload) -> None:
        """Delete it, and leave its pods: nobody makes new ones any more."""
        workload.alive = False

    def scale(self, workload: Workload, replicas: int) -> None:
        workload.replicas = replicas
        active = [pod for pod in self.of(workload.ref) if not pod.deleting]
        for pod in active[replicas:]:
            self.delete_pod(pod.uid)
        self._fill(workload)

    def restart(self, workload: Workload, at: datetime) -> None:
        asked = self.restarts.setdefault(workload.ref.uid, set())
        if at in asked or workload.paused:
            return
        asked.add(at)
        for pod in self.of(workload.ref):
            self.delete_pod(pod.uid)

    def create(self, name: str) -> None:
        if not any(pod.name == name and not pod.owner_uid for pod in self.pods.values()):
            [workload] = [one for one in self.workloads.values() if one.ref.kind == "Pod" and one.ref.name == name]
            self._begin(workload, self._make(workload, name))

    def _gone(self, uid: str) -> None:
        pod = self.pods.pop(uid)
        self._tell()
        owner = self.workloads.get(pod.owner_uid)
        if owner is not None and owner.reborn.made_after is not None:
            stable = pod.name if owner.ref.kind == "StatefulSet" else ""
            later(owner.reborn.made_after, lambda: self._fill(owner, stable))

    def _fill(self, workload: Workload, stable: str = "") -> None:
        there = [pod for pod in self.of(workload.ref) if not pod.deleting]
        for _ in range((workload.replicas or 0) - len(there) if workload.alive else 0):
            self._begin(workload, self._make(workload, stable))

    def _begin(self, workload: Workload, pod: PodNow) -> None:
        reborn = workload.reborn
        if reborn.ready_after is not None:
            later(reborn.ready_after, lambda: self.change(pod.uid, ready_since=clock(), trouble=""))
        if reborn.annotated_after is not None and pod.node_name != WORKER:
            later(reborn.annotated_after, lambda: self.change(pod.uid, platform_version=reborn.version))

    def _make(self, workload: Workload, name: str = "", version: str | None = None) -> PodNow:
        number = next(self._numbers)
        is_bare = workload.ref.kind == "Pod"
        node = workload.reborn.node if version is None else "virtual-kubelet-a"
        there = [pod for pod in self.of(workload.ref) if pod.node_name == WORKER and not pod.deleting]
        if len(there) < workload.on_workers:
            node, version = WORKER, None
        pod = PodNow(
            namespace=workload.ref.namespace,
            name=name or f"{workload.ref.name}-x{number}",
            uid=f"{workload.ref.name}-{number}",
            owner_uid="" if is_bare else workload.ref.uid,
            platform_version=version,
            node_name=node,
            created_at=clock(),
            trouble="" if version else "ContainerCreating",
        )
        self._set(pod)
        return pod

    def of(self, workload: WorkloadRef) -> list[PodNow]:
        return belonging(self.pods, workload)

    def sharing(self, workload: Workload) -> list[Workload]:
        """Return the workloads that its budget holds together, itself among them."""
        shared = [one for one in self.workloads.values() if one.budget and one.budget == workload.budget]
        return shared or [workload]

    def change(self, uid: str, **changes: object) -> None:
        if uid in self.pods:
            self._set(replace(self.pods[uid], **changes))

    def _set(self, pod: PodNow) -> None:
        self.pods[pod.uid] = pod
        self._tell()


def later(seconds: float, do: Callable[[], object]) -> None:
    asyncio.get_running_loop().call_later(seconds, do)
