"""What decides how pods can be made anew, beyond what the report reads: their makers, budgets, quotas and nodes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from webhook.policy.owner import Owner
from webhook.policy.plain_text import plain
from webhook.policy.wording import number
from webhook.recreation.budgets import Budgets
from webhook.recreation.rounding import Rollout


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


class Quota(Struct, frozen=True, kw_only=True):
    """A ResourceQuota without room for one more pod."""

    namespace: str
    name: str
    used: int
    hard: int

    def __str__(self) -> str:
        name = f"{plain(self.namespace, 63)}/{plain(self.name)}"
        return f"ResourceQuota {name} has {self.used} of {number(self.hard, 'pod')}"

    @property
    def over(self) -> int:
        """How many pods have to go for good before one that goes makes room for another."""
        return self.used - self.hard


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
    budgets: Budgets = field(default_factory=Budgets)
    full: Mapping[str, Quota] = field(default_factory=dict)
    """By namespace, the quota that has the least room, if it has none."""
    nodes: tuple[VirtualNode, ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)
    """Kinds that could not be read, and why."""
