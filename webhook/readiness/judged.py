"""Pods with their reasons, side by side rather than in pairs: a report over many is made and forgotten in small steps.

Forgetting a hundred thousand pairs at once would hold the interpreter, and admission with it, for tens of milliseconds.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from datetime import datetime

from webhook.policy.judging import readiness
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.pod_facts import PodFacts
from webhook.policy.policy import Policy
from webhook.policy.reasons import Reason
from webhook.policy.verdict import Verdict, unfit_in
from webhook.readiness.report import Outlook


class Judged:
    """Every pod of an inventory and the reason for its verdict, in the inventory's order."""

    def __init__(self, pods: Sequence[PodFacts], reasons: Sequence[Reason]) -> None:
        self.pods = pods
        self.reasons = reasons

    def __len__(self) -> int:
        return len(self.pods)

    def __iter__(self) -> Iterator[tuple[PodFacts, Reason]]:
        return zip(self.pods, self.reasons, strict=True)


class Standings:
    """Pods by what is judged alike, so that another target costs next to nothing."""

    def __init__(self, pods: Sequence[PodFacts], policy: Policy) -> None:
        self._policy = policy
        self._pods = pods
        self._examples: dict[Hashable, PodFacts] = {}
        shared: dict[Hashable, Hashable] = {}
        self._standings: list[Hashable] = []
        for pod in pods:
            standing = policy.standing_of(pod)
            standing = shared.setdefault(standing, standing)
            self._standings.append(standing)
            self._examples[standing] = pod
        self._sizes = Counter(self._standings)

    def judge(self, target: KubernetesVersion, now: datetime) -> Judged:
        """Judge every pod."""
        reasons = self._reasons(target, now)
        return Judged(self._pods, [reasons[standing] for standing in self._standings])

    def outlook(self, target: KubernetesVersion, now: datetime, *, complete: bool) -> Outlook:
        """Judge the cluster for one target."""
        verdicts: Counter[Verdict] = Counter()
        for standing, reason in self._reasons(target, now).items():
            verdicts[reason.verdict] += self._sizes[standing]
        return Outlook(str(target), readiness(verdicts, complete=complete), unfit_in(verdicts))

    def _reasons(self, target: KubernetesVersion, now: datetime) -> dict[Hashable, Reason]:
        return {standing: self._policy.judge(pod, target, now) for standing, pod in self._examples.items()}
