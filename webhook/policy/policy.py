"""The policy as the program uses it: a value, built whole. ``webhook.policy.document`` reads it from a file."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from webhook.policy.evidence import EvidenceRules
from webhook.policy.exemptions import Exemption, Requester
from webhook.policy.judging import judge
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.matrix import VENDOR_MATRIX, Matrix, normalise
from webhook.policy.modes import ModeChanges, Modes, UnsetAtCreate, UpgradeAnswer
from webhook.policy.pod_facts import PodFacts
from webhook.policy.reasons import Reason
from webhook.policy.upgrades.catalogue import UpgradeKinds
from webhook.policy.upgrades.this_cluster import ThisCluster
from webhook.policy.windows.calendar import Calendar, Hours
from webhook.policy.windows.modes_in_force import modes_during


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the user wants. Defaults are those of a document that names nothing but a target."""

    target: KubernetesVersion
    name: str = "default"
    modes: Modes = field(default_factory=Modes)
    unknown: UpgradeAnswer = UpgradeAnswer.DENY
    unset_at_create: UnsetAtCreate = UnsetAtCreate.ALLOW
    evidence: EvidenceRules = field(default_factory=EvidenceRules)
    matrix: Matrix = VENDOR_MATRIX
    exemptions: tuple[Exemption, ...] = ()
    calendar: Calendar = field(default_factory=Calendar)
    outside: ModeChanges = field(default_factory=ModeChanges)
    """What changes outside the windows."""
    upgrades_outside_windows: UpgradeAnswer | None = None
    """What a request for an upgrade gets there; None for what the mode of upgrades says."""
    this_cluster: ThisCluster = field(default_factory=ThisCluster)
    upgrade_kinds: UpgradeKinds = field(default_factory=UpgradeKinds)

    def ever(self, holds: Callable[[Modes], bool]) -> bool:
        """Whether something holds of the modes at any time, inside the windows or outside."""
        changes = (ModeChanges(), self.outside, *(window.modes for window in self.calendar.windows))
        return any(holds(self.modes.but(change)) for change in changes)

    def modes_during(self, hours: Hours) -> Modes:
        """Return the modes in force."""
        return modes_during(hours, self.modes, self.outside)

    def judge(self, pod: PodFacts, target: KubernetesVersion, now: datetime) -> Reason:
        """Judge a pod of the inventory for ``target``, exemptions that count as ready included."""
        reason = judge(pod, target, self.matrix)
        if reason.verdict.unfit and any(
            exemption.exempts_pod(namespace=pod.namespace, labels=pod.labels, now=now) for exemption in self.exemptions
        ):
            return Reason.EXEMPTED
        return reason

    def standing_of(self, pod: PodFacts) -> Hashable:
        """Return what pods have in common that are judged alike, for every target and at every instant.

        There are few standings however many pods: versions that the matrix does not know are one.
        """
        version = normalise(pod.platform_version)
        known = version if self.matrix.knows(version) else None
        exempting = (e.counts_as_ready and e.covers(pod.namespace, pod.labels) for e in self.exemptions)
        return (pod.state, known, tuple(exempting))

    def stands_alike(self, other: "Policy") -> bool:
        """Whether pods have the same standings by both."""
        return self.matrix == other.matrix and self.exemptions == other.exemptions

    def exemption_for(
        self,
        *,
        namespace: str,
        requester: Requester | None,
        labels: Mapping[str, object],
        now: datetime,
    ) -> Exemption | None:
        """Return the first exemption that holds for a request."""
        return next(
            (
                exemption
                for exemption in self.exemptions
                if exemption.exempts_request(namespace=namespace, requester=requester, labels=labels, now=now)
            ),
            None,
        )
