"""Where the cluster stands for a version that somebody asks for: at the same cost however many pods there are."""

from datetime import datetime

from webhook.admission.upgrade_objection import Ground
from webhook.inventory.known import KnownInventory
from webhook.inventory.question import ask
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.policy import Policy
from webhook.policy.verdict import Readiness, Verdict, unfit_in

_NAMED = 10
"""Pods that an answer names."""


class Grounds:
    """Asks an inventory at one instant."""

    def __init__(self, inventory: KnownInventory, policy: Policy, now: datetime) -> None:
        self._inventory = inventory
        self._policy = policy
        self._now = now
        self._doubt = inventory.doubt()

    def of(self, target: KubernetesVersion) -> tuple[Readiness, Ground]:
        """Return the readiness for a version, and what it rests on."""
        standing = ask(
            self._inventory.store,
            self._policy,
            target,
            now=self._now,
            complete=not self._doubt,
            offenders=_NAMED,
        )
        ground = Ground(
            target=target,
            pods=unfit_in(standing.counts),
            not_judged=standing.counts.get(Verdict.UNKNOWN, 0),
            workloads=standing.workloads,
            first=tuple((pod, self._policy.judge(pod, target, self._now)) for pod in standing.offenders),
            doubt=self._doubt,
        )
        return standing.readiness, ground

    def above(self, running: KubernetesVersion | None) -> tuple[Readiness, Ground]:
        """Return the readiness for whatever version lies above what runs: that of the first which is not ready.

        Between two minors that the matrix speaks of all others are judged alike, so the one after each stands for them.
        """
        spoken = self._policy.matrix.minors()
        first = running or spoken[0]
        for minor in sorted(
            {_after(first), *(minor for one in spoken for minor in (one, _after(one)) if minor > first)}
        ):
            found = self.of(minor)
            if found[0] is not Readiness.READY:
                return found
        return found


def _after(minor: KubernetesVersion) -> KubernetesVersion:
    return KubernetesVersion(minor.major, minor.minor + 1)
