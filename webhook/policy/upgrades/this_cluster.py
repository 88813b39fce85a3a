"""Which cluster is meant: the one whose pods are judged, what it runs, and the hub objects that stand for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.upgrades.kind import UpgradeKind, Upgrades


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectIdentity:
    """What an object can be claimed by."""

    namespace: str
    name: str
    labels: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Names objects that stand for this cluster. All that is given must match, names whole; at least one is given."""

    group: str | None = None
    resource: str | None = None
    namespace: str | None = None
    name: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)

    def holds_for(self, kind: UpgradeKind, found: ObjectIdentity) -> bool:
        """Whether it names this object."""
        pairs = (
            (self.group, kind.group),
            (self.resource, kind.resource),
            (self.namespace, found.namespace),
            (self.name, found.name),
        )
        return all(wanted is None or wanted == given for wanted, given in pairs) and all(
            found.labels.get(key) == value for key, value in self.labels.items()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ThisCluster:
    """The cluster whose pods are judged."""

    version: KubernetesVersion | None = None
    """What it runs, where the policy says so; it stands before what the cluster says itself."""
    objects: tuple[Claim, ...] = ()

    @property
    def claims_by_labels(self) -> bool:
        """Whether an object whose labels cannot be read may be one of ours."""
        return any(claim.labels for claim in self.objects)

    def is_meant_by(self, kind: UpgradeKind, *states: ObjectIdentity, elsewhere: bool = False) -> bool:
        """Whether an object upgrades this cluster. One that was claimed before a change is claimed still.

        Where this cluster is ``elsewhere``, what upgrades the cluster that it is in has to be claimed too.
        """
        if kind.upgrades is Upgrades.THIS and not elsewhere:
            return True
        return any(claim.holds_for(kind, state) for claim in self.objects for state in states)
