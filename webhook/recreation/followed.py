"""A cluster as it is now, of which whoever recreates pods asks what became of them."""

from collections.abc import Sequence

from msgspec import structs

from webhook.recreation.bell import Bell
from webhook.recreation.followed_pods import FollowedPods
from webhook.recreation.followed_workloads import FollowedWorkloads, WorkloadNow
from webhook.recreation.kinds import BARE, RESOURCES
from webhook.recreation.plan import WorkloadRef
from webhook.recreation.seams import PodNow

_RESOURCES = {kind: resource for (_, kind), resource in RESOURCES.items()}


class Followed:
    """What is followed, and what it tells together. Implements the half of seams.Cluster that only looks."""

    def __init__(self) -> None:
        self.bell = Bell()
        self.pods = FollowedPods(self.bell.ring)
        self.workloads = {resource: FollowedWorkloads(self.bell.ring) for resource in _RESOURCES.values()}
        self._replica_sets = self.workloads["replicasets"]

    def pod(self, uid: str) -> PodNow | None:
        """Return a pod that is there."""
        pod = self.pods.get(uid)
        return self._with_top_owner(pod) if pod else None

    def pods_of(self, workload: WorkloadRef) -> Sequence[PodNow]:
        """Return the pods that belong to a workload now; of a bare pod also the one that took its name."""
        if workload.kind == BARE:
            return self.pods.bare(workload.namespace, workload.name)
        makers = (workload.uid, *sorted(self._replica_sets.made_by(workload.uid)))
        return tuple(self._with_top_owner(pod) for uid in makers for pod in self.pods.owned_by(uid))

    def alive(self, workload: WorkloadRef) -> bool:
        """Whether the workload (by its uid) is there and not being deleted."""
        found: PodNow | WorkloadNow | None
        found = self.pods.get(workload.uid) if workload.kind == BARE else self._workload(workload)
        return found is not None and not found.deleting

    def wanted(self, workload: WorkloadRef) -> int | None:
        """How many pods it is to have now. Of a ReplicaSet it is not read: its template would be, of thousands."""
        found = self._workload(workload)
        return found.replicas if found else None

    def paused(self, workload: WorkloadRef) -> bool:
        """Whether its rollouts wait until somebody resumes it."""
        found = self._workload(workload)
        return found is not None and found.paused

    def _workload(self, workload: WorkloadRef) -> WorkloadNow | None:
        resource = _RESOURCES.get(workload.kind)
        return self.workloads[resource].get(workload.uid) if resource else None

    def _with_top_owner(self, pod: PodNow) -> PodNow:
        top = self._replica_sets.owner_of(pod.owner_uid)
        return structs.replace(pod, owner_uid=top) if top else pod
