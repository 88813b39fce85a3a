"""What recreation needs of a cluster, as Protocols. ``webhook.cluster`` implements them."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from webhook.recreation.plan import PlannedPod, WorkloadRef


class Eviction(StrEnum):
    """How an eviction was answered."""

    ACCEPTED = "Accepted"
    GONE = "Gone"
    """The pod is not there any more, or another is under its name (404, or 409 for the uid)."""
    BUDGET = "Budget"
    """429 with the cause DisruptionBudget: not now."""
    THROTTLED = "Throttled"
    """429 without that cause: the API server is busy."""
    TWO_BUDGETS = "TwoBudgets"
    """500: more than one budget selects the pod, which no waiting mends."""
    FORBIDDEN = "Forbidden"
    """403 of the authorizer: whoever asks has no right to evict."""
    REFUSED = "Refused"
    """403, 422 …: a webhook, a namespace that is being deleted. No waiting mends it."""
    UNREACHABLE = "Unreachable"
    """No answer, or a fault of the API server. It may have been accepted all the same: look before asking again."""


class EvictionAnswer(Struct, frozen=True, kw_only=True):
    """An answer, with what the API server said and how long it asks to be left alone."""

    eviction: Eviction
    said: str = ""
    """One plain line."""
    retry_after: float = 0.0
    """Seconds."""


class PodNow(Struct, frozen=True, kw_only=True):
    """A pod as the watch last told of it."""

    namespace: str
    name: str
    uid: str
    owner_uid: str = ""
    """Of its top owner (of a ReplicaSet the Deployment), "" for a bare pod."""
    platform_version: str | None = None
    instance_id: str = ""
    node_name: str = ""
    created_at: datetime
    ready_since: datetime | None = None
    """When its condition Ready became true; None while it is not ready."""
    deleting: bool = False
    finished: bool = False
    trouble: str = ""
    """Why it is not ready, as its conditions and containers say; one plain line."""


class Evictor(Protocol):
    """Evicts. It does not raise for a failing cluster."""

    async def evict(self, pod: PlannedPod, *, dry_run: bool = False) -> EvictionAnswer:
        """Ask the eviction API, with the uid as a precondition."""


class Cluster(Evictor, Protocol):
    """A cluster that is followed, and changed by what recreation does. None of these raises for a failing cluster."""

    async def restart(self, workload: WorkloadRef, at: datetime) -> str:
        """Make all pods of a Deployment anew, as ``kubectl rollout restart``. Return "", or why it was not done."""

    async def save(self, pod: PlannedPod) -> str | None:
        """Return the manifest (JSON) by which a bare pod can be created again; None if it is gone."""

    async def create(self, manifest: str) -> str:
        """Create a pod from a manifest. Return "", also where it is there already, or why it was refused."""

    async def note(self, workload: WorkloadRef, reason: str, text: str) -> None:
        """Leave an Event on a workload. What comes of it is of no account."""

    def pod(self, uid: str) -> PodNow | None:
        """Return a pod that is there."""

    def pods_of(self, workload: WorkloadRef) -> Sequence[PodNow]:
        """Return the pods that belong to a workload now, those that are on their way out too."""

    def alive(self, workload: WorkloadRef) -> bool:
        """Whether the workload (by its uid) is there and not being deleted."""

    def wanted(self, workload: WorkloadRef) -> int | None:
        """How many pods it is to have now (spec.replicas); None where its kind has no such number."""

    def paused(self, workload: WorkloadRef) -> bool:
        """Whether its rollouts wait until somebody resumes it."""

    def stale_for(self) -> float:
        """Return for how many seconds the watch has not been in contact; 0 while it is."""

    async def changed(self, seconds: float) -> None:
        """Return when something that the watch tells of has changed, or after so many seconds."""
