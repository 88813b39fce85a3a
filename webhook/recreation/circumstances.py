"""What decides how pods can be made anew, beyond what the report reads: their makers, budgets, quotas and nodes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from webhook.policy.label_selector import LabelSelector
from webhook.policy.owner import Owner
from webhook.policy.plain_text import plain
from webhook.recreation.rounding import Amount, Rollout


class Reference(Struct, frozen=True, gc=False, kw_only=True):
    """Who controls an object. The group tells Kubernetes' own kinds from others of the same name."""

    owner: Owner
    group: str | None
    """"" is the core's; None where it could not be told."""


class PodAround(Struct, frozen=True, gc=False, kw_only=True):
    """A pod of any sort: a restart makes those anew too that are fit, or no ECI pods."""

    namespace: str
    name: str
    uid: str
    controller: Reference | None = None
    platform_version: str | None = None
    node_name: str = ""
    ready: bool = False
    deleting: bool = False
    finished: bool = False
    scratch: bool = False
    """Whether it has an emptyDir volume, which begins empty in a new pod."""


class Controller(Struct, frozen=True, kw_only=True):
    """A Deployment, StatefulSet, ReplicaSet or ReplicationController."""

    uid: str
    controller: Reference | None = None
    replicas: int
    deleting: bool = False
    paused: bool = False
    min_ready_seconds: int = 0
    platform_version: str | None = None
    """What its template declares."""
    rollout: Rollout | None = None
    """Of a Deployment whose strategy is RollingUpdate."""


class Budget(Struct, frozen=True, kw_only=True):
    """A PodDisruptionBudget, and what its controller last counted."""

    namespace: str
    name: str
    selector: LabelSelector | None
    min_available: Amount | None = None
    max_unavailable: Amount | None = None
    allowed: int = 0
    healthy: int = 0
    desired: int = 0
    expected: int = 0
    stale: bool = False
    """Whether it changed since that was counted."""

    def __str__(self) -> str:
        return f"PodDisruptionBudget {plain(self.namespace, 63)}/{plain(self.name)}"

    @property
    def never(self) -> bool:
        """Whether it allows no disruption even with every pod healthy. Of a stale count that cannot be told."""
        return not self.stale and self.desired >= max(self.expected, 1)

    @property
    def term(self) -> str:
        """Return what it asks for, as in its spec."""
        if self.max_unavailable is not None:
            return f"maxUnavailable {plain(str(self.max_unavailable), 24)}"
        return f"minAvailable {plain(str(1 if self.min_available is None else self.min_available), 24)}"


class Quota(Struct, frozen=True, kw_only=True):
    """A ResourceQuota without room for one more pod."""

    name: str
    used: int
    hard: int


class VirtualNode(Struct, frozen=True, kw_only=True):
    """A node on which ECI pods run."""

    name: str
    ready: bool
    schedulable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """All of it, and what could not be read."""

    controllers: Mapping[str, Controller] = field(default_factory=dict)
    """By uid."""
    jobs: Mapping[str, Reference] = field(default_factory=dict)
    """The CronJob of a Job, by the Job's uid."""
    budgets: Mapping[str, tuple[Budget, ...]] = field(default_factory=dict)
    """By namespace."""
    full: Mapping[str, Quota] = field(default_factory=dict)
    """By namespace, one quota that has no room."""
    nodes: tuple[VirtualNode, ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)
    """Kinds that could not be read, and why."""

    def budgets_of(self, namespace: str, labels: Mapping[str, object]) -> tuple[Budget, ...]:
        """Return the budgets that hold a pod with these labels."""
        return tuple(
            budget
            for budget in self.budgets.get(namespace, ())
            if budget.selector is not None and budget.selector.selects(labels)
        )
