"""Pods by the workload that a person knows, with everything that decides how that one can be made anew."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from webhook.policy.pod_facts import PodFacts
from webhook.recreation.budgets import Budget
from webhook.recreation.circumstances import Circumstances, Controller, PodAround, Quota, Reference
from webhook.recreation.kinds import BARE, RESOURCES
from webhook.recreation.plan import WorkloadRef

_JOBS = {("batch", "Job"), ("batch", "CronJob")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One workload: its unfit pods, and what is known of it."""

    workload: WorkloadRef
    group: str | None
    """Of the workload's kind, "" is the core's; None where it could not be told."""
    controller: Controller | None
    """None for a bare pod, for kinds that are not read, and for one that is not there."""
    unfit: tuple[PodFacts, ...]
    """In the order in which they go."""
    pods: tuple[PodAround, ...]
    """All that belong to it and have not finished, of ECI or not."""
    on_ordinary_nodes: int
    """How many of these are bound, and no ECI pods."""
    circumstances: Circumstances

    @property
    def bare(self) -> bool:
        """Whether it is a pod without a controller."""
        return any(pod.uid == self.workload.uid for pod in self.unfit)

    @property
    def runs_to_an_end(self) -> bool:
        """Whether it is a Job, or a CronJob's."""
        return (self.group, self.workload.kind) in _JOBS

    @property
    def replicas(self) -> int:
        """How many pods it is to have."""
        return 1 if self.controller is None else self.controller.replicas

    @property
    def quota(self) -> Quota | None:
        """The ResourceQuota that has no room for one more of its pods."""
        return self.circumstances.full.get(self.workload.namespace)

    def budgets_of(self, pod: PodFacts) -> tuple[Budget, ...]:
        """Return the budgets that hold a pod."""
        return self.circumstances.budgets.of(pod.namespace, pod.labels)


class Families:
    """Tells which workload a pod belongs to: of a ReplicaSet its Deployment, of a Job its CronJob.

    ``eci`` are the uids of the ECI pods among all.
    """

    def __init__(self, circumstances: Circumstances, pods: Mapping[str, PodAround], eci: frozenset[str]) -> None:
        self._circumstances = circumstances
        self._eci = eci
        self._around = pods
        self._pods: dict[WorkloadRef, list[PodAround]] = {}
        for pod in pods.values():
            if pod.controller is not None and not pod.finished:
                self._pods.setdefault(self._workload(pod.namespace, pod.controller)[0], []).append(pod)

    def workload_of(self, pod: PodFacts) -> tuple[WorkloadRef, str | None]:
        """Return a pod's workload, and the group of its kind."""
        if pod.owner is None:
            return WorkloadRef(namespace=pod.namespace, kind=BARE, name=pod.name, uid=pod.uid), ""
        around = self._around.get(pod.uid)
        reference = (around and around.controller) or Reference(owner=pod.owner, group=None)
        return self._workload(pod.namespace, reference)

    def case_of(self, workload: WorkloadRef, group: str | None, unfit: Iterable[PodFacts]) -> Case:
        """Gather what is known of a workload."""
        unfit = tuple(unfit)
        pods = self._pods.get(workload) or [self._around[pod.uid] for pod in unfit if pod.uid in self._around]
        known = RESOURCES.get((group or "", workload.kind)) if group is not None else None
        ready = {pod.uid: pod.ready for pod in pods}
        return Case(
            workload=workload,
            group=group,
            controller=self._circumstances.controllers.get(workload.uid) if known else None,
            unfit=tuple(sorted(unfit, key=lambda pod: _turn(workload, pod, ready=ready.get(pod.uid, False)))),
            pods=tuple(sorted(pods, key=lambda pod: pod.name)),
            on_ordinary_nodes=sum(bool(pod.node_name) and pod.uid not in self._eci for pod in pods),
            circumstances=self._circumstances,
        )

    def _workload(self, namespace: str, reference: Reference) -> tuple[WorkloadRef, str | None]:
        uid = reference.owner.uid
        maker = self._circumstances.controllers.get(uid) if reference.owner.kind == "ReplicaSet" else None
        above = (maker.controller if maker else None) or self._circumstances.jobs.get(uid) or reference
        owner = above.owner  # of others nobody looks further up: what owns a StatefulSet makes no pods
        return WorkloadRef(namespace=namespace, kind=owner.kind, name=owner.name, uid=owner.uid), above.group


def _turn(workload: WorkloadRef, pod: PodFacts, *, ready: bool) -> tuple[bool, bool, int, str]:
    """Order pods as they go: who serves nobody goes first, of a StatefulSet the highest ordinal.

    One that is on its way out already goes last: nobody knows how long it takes, and it is no canary.
    """
    ordinal = pod.name.rpartition("-")[2]
    counted = workload.kind == "StatefulSet" and ordinal.isascii() and ordinal.isdigit()
    return (pod.deleting, ready, -int(ordinal) if counted else 0, pod.name)
