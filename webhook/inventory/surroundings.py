"""What stands around the pods: who made their makers, what their templates declare, which budgets hold them.

It decides nothing about readiness; it says how the work can be done. What could not be read is named, never guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from webhook.policy.label_selector import LabelSelector
from webhook.policy.owner import Owner
from webhook.policy.pod_facts import PodFacts


class Budget(Struct, frozen=True, kw_only=True):
    """A PodDisruptionBudget, and what its controller last counted."""

    name: str
    selector: LabelSelector | None
    allowed: int
    """Disruptions that it allows now."""
    healthy: int
    desired: int


class Template(Struct, frozen=True, kw_only=True):
    """A workload, as far as its pods are made from it."""

    replicas: int
    platform_version: str | None
    """What its pods would declare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known, and what is not."""

    examined: bool = False
    """Whether anybody looked. A pod list from a file says nothing of all this."""
    owners: Mapping[str, Owner] = field(default_factory=dict)
    """The controller of a ReplicaSet or a Job, by the uid of that."""
    templates: Mapping[str, Template] = field(default_factory=dict)
    """Of Deployments and StatefulSets, by uid."""
    budgets: Mapping[str, tuple[Budget, ...]] = field(default_factory=dict)
    """By namespace."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Kinds that could not be read, and why."""
    revision: int = 0
    """Two of one reader with the same revision hold the same."""

    def top_owner(self, pod: PodFacts) -> Owner | None:
        """Return the workload that a person knows: of a ReplicaSet its Deployment, of a Job its CronJob."""
        return None if pod.owner is None else self.owners.get(pod.owner.uid, pod.owner)

    def budgets_of(self, pod: PodFacts) -> tuple[Budget, ...]:
        """Return the budgets that hold a pod."""
        return tuple(
            budget
            for budget in self.budgets.get(pod.namespace, ())
            if budget.selector is not None and budget.selector.selects(pod.labels)
        )


NOT_EXAMINED = Surroundings()
