"""The plan: which pods are to be made anew, how and in which order, and which are left out, with the reason of each."""

from enum import StrEnum

from msgspec import Struct

from webhook.readiness.report import API_VERSION

KIND = "RecreationPlan"


class Strategy(StrEnum):
    """How the pods of a workload are made anew."""

    EVICT = "Evict"
    """One after the other by the eviction API, which asks every PodDisruptionBudget."""
    RESTART = "Restart"
    """All at once by a rolling restart of the Deployment, which obeys the Deployment and no budget."""
    MAKE_AGAIN = "MakeAgain"
    """A bare pod: evicted, and created again from the manifest that was saved before."""


class Hindrance(StrEnum):
    """Why pods are left out of the plan. The order is that in which reasons are looked for."""

    OWNER_GONE = "OwnerGone"
    """The controller that it names is not there, or is another object of the same name, or is being deleted."""
    OWNER_UNKNOWN = "OwnerUnknown"
    """A controller of a kind that nobody here knows: whether it makes new pods cannot be told."""
    NOT_EXAMINED = "NotExamined"
    """What would have to be known could not be read: a right is missing, or the cluster did not answer."""
    TEMPLATE_PINS_VERSION = "TemplatePinsVersion"
    """Its template declares an unfit version: new pods would be no better."""
    OWNER_PAUSED = "OwnerPaused"
    OWNER_UNHEALTHY = "OwnerUnhealthy"
    """Its workload is short of ready pods already."""
    BARE_POD = "BarePod"
    JOB = "Job"
    """It runs to an end: evicted, its work is lost, or the Job fails."""
    DAEMON_SET = "DaemonSet"
    """Its successor comes on the same node, and after it: nothing here waits for that."""
    TWO_BUDGETS = "TwoBudgets"
    """More than one PodDisruptionBudget selects it: the API server refuses every eviction, for ever."""
    BLOCKED_BY_BUDGET = "BlockedByBudget"
    """Its PodDisruptionBudget allows no disruption, and by its arithmetic never will."""
    QUOTA = "Quota"
    """A ResourceQuota leaves no room for a new pod: beside the old ones, or, where it is exceeded, at all."""
    NODE_NOT_READY = "NodeNotReady"
    """No virtual node is ready and schedulable, so new pods would wait."""
    SYSTEM = "System"
    """It is of the cluster itself (kube-system)."""


class WorkloadRef(Struct, frozen=True, kw_only=True, order=True):
    """A workload as a person knows it: of a ReplicaSet its Deployment. A bare pod is its own, of kind Pod."""

    namespace: str
    kind: str
    name: str
    uid: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.kind}/{self.name}"


class PlannedPod(Struct, frozen=True, rename="camel", kw_only=True, order=True):
    """A pod that runs now, and is to be made anew. Known by its uid: another pod of its name is another pod."""

    namespace: str
    name: str
    uid: str
    platform_version: str | None = None
    """The annotation as it stands; None where it is absent."""
    node_name: str = ""


class Step(Struct, frozen=True, rename="camel", kw_only=True):
    """What is to be done with one workload. Its pods are in the order in which they go."""

    workload: WorkloadRef
    strategy: Strategy
    pods: tuple[PlannedPod, ...]
    min_ready_seconds: int = 0
    """How long a new pod has to be ready before it counts as available."""
    on_ordinary_nodes: int = 0
    """So many pods of the workload are no ECI pods. A new one may be none either, and gets no platform version then."""
    budgets: tuple[str, ...] = ()
    """The names of the PodDisruptionBudgets that are asked for its evictions."""
    notes: tuple[str, ...] = ()
    """What a person should know before, in the order of its weight."""


class LeftOut(Struct, frozen=True, rename="camel", kw_only=True):
    """Unfit pods of one workload that this plan does not touch."""

    workload: WorkloadRef
    pods: tuple[PlannedPod, ...]
    hindrance: Hindrance
    why: str
    """One line with the arithmetic, or the name of what is in the way, and what a person can do."""


class Plan(Struct, frozen=True, rename="camel", kw_only=True):
    """All of it. Steps are in the order in which workloads begin.

    The first pod of the first step is the canary; if that step is a restart, all of its pods together are.
    """

    api_version: str = API_VERSION
    kind: str = KIND
    cluster: str
    cluster_id: str = ""
    """The uid of its namespace kube-system, which no two clusters share; "" where it is not known."""
    target: str
    """The minor of Kubernetes, as "1.26"."""
    made_at: str
    """RFC 3339, UTC."""
    namespace: str = ""
    selector: str = ""
    workload: str = ""
    """As it was asked for, KIND/NAME. Of these three "" is all."""
    steps: tuple[Step, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def count(self) -> int:
        """How many pods are to be made anew."""
        return sum(len(step.pods) for step in self.steps)

    @property
    def left(self) -> int:
        """How many pods are left out."""
        return sum(len(one.pods) for one in self.left_out)
