"""How many workloads have pods of some standings: kept as pods come and go, and counted without looking at any.

A workload counts once however many standings its pods have, so the counts of standings cannot be added up. What is kept
is how many workloads have just which standings together; of those combinations there are few.
"""

from collections import Counter
from collections.abc import Collection, Hashable

from webhook.policy.pod_facts import PodFacts

StandingKey = Hashable
Workload = tuple[str, str, str]
"""Namespace, kind and name."""

_TEMPLATE_HASH = "pod-template-hash"
"""The label by which a Deployment tells its ReplicaSets apart, and their names end in it."""


def workload_of(pod: PodFacts) -> Workload:
    """Return the workload that a person knows, as far as the pod tells: of a Deployment's ReplicaSet the Deployment."""
    owner = pod.owner
    if owner is None:
        return pod.namespace, "Pod", pod.name
    if owner.kind == "ReplicaSet" and isinstance(told := pod.labels.get(_TEMPLATE_HASH), str):
        name = owner.name.removesuffix(f"-{told}")
        if name and name != owner.name:
            return pod.namespace, "Deployment", name
    return pod.namespace, owner.kind, owner.name


class WorkloadIndex:
    """Counts workloads by the standings of their pods."""

    def __init__(self) -> None:
        self._pods: dict[Workload, Counter[StandingKey]] = {}
        self._together: Counter[frozenset[StandingKey]] = Counter()
        self._bare: Counter[StandingKey] = Counter()
        """Pods that are their own workload, and have one standing: nothing is kept of each."""

    def add(self, pod: PodFacts, standing: StandingKey) -> None:
        """Take a pod in."""
        if pod.owner is None:
            self._bare[standing] += 1
            return
        pods = self._pods.setdefault(workload_of(pod), Counter())
        if standing not in pods:
            self._move(frozenset(pods), frozenset({*pods, standing}))
        pods[standing] += 1

    def remove(self, pod: PodFacts, standing: StandingKey) -> None:
        """Let a pod go that was added with this standing."""
        if pod.owner is None:
            self._bare[standing] -= 1
            return
        workload = workload_of(pod)
        pods = self._pods[workload]
        pods[standing] -= 1
        if not pods[standing]:
            before = frozenset(pods)
            del pods[standing]
            self._move(before, frozenset(pods))
            if not pods:
                del self._pods[workload]

    def count(self, standings: Collection[StandingKey]) -> int:
        """Return how many workloads have a pod of any of these standings."""
        wanted = frozenset(standings)
        owned = sum(count for together, count in self._together.items() if not wanted.isdisjoint(together))
        return owned + sum(self._bare[standing] for standing in wanted)

    def _move(self, before: frozenset[StandingKey], after: frozenset[StandingKey]) -> None:
        for together, change in ((before, -1), (after, +1)):
            if together:
                self._together[together] += change
                if not self._together[together]:
                    del self._together[together]
