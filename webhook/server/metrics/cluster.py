"""Where the cluster stands: read from the inventory at each scrape, in the same time however many pods there are."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from webhook.inventory.known import KnownInventory
from webhook.inventory.question import ask
from webhook.policy.matrix import UNSET, normalise
from webhook.policy.pod_facts import PodFacts, PodState
from webhook.policy.policy import Policy
from webhook.policy.verdict import Verdict
from webhook.readiness.renderings.prometheus import VALUES
from webhook.server.metrics.families import gauge
from webhook.server.policy_in_force import PolicyInForce

UNSET_LABEL = "unset"
OTHER = "other"
"""A version that the matrix does not know, or one that could not be read."""


class ClusterMetrics(Collector):
    """ECI pods and readiness. To be collected on the event loop, where pods do not change meanwhile."""

    def __init__(self, in_force: PolicyInForce, inventory: KnownInventory, clock: Callable[[], datetime]) -> None:
        self._in_force = in_force
        self._inventory = inventory
        self._clock = clock
        # A version that was seen stays, at 0: the last pod that leaves it is what people wait for.
        self._versions = {UNSET_LABEL: None, OTHER: None}

    def collect(self) -> Iterator[Metric]:
        """Yield pods for the policy's target, and readiness for every target that the matrix speaks of."""
        now, policy = self._clock(), self._in_force.policy
        counts = self._count(policy, now)
        pods = gauge("eci_pods", "ECI pods, by what they mean for the policy's target.", "platform_version", "verdict")
        for version in self._versions:
            for verdict in Verdict:
                pods.add_metric([version, verdict.value], counts[version, verdict])
        yield pods
        readiness = gauge("readiness", "Whether the cluster is ready: 1 ready, 0 not ready, -1 unknown.", "target")
        complete = not self._inventory.doubt()
        for target in sorted({*policy.matrix.minors(), policy.target}):
            answer = ask(self._inventory.store, policy, target, now=now, complete=complete, offenders=0)
            readiness.add_metric([str(target)], VALUES[answer.readiness])
        yield readiness

    def _count(self, policy: Policy, now: datetime) -> Counter[tuple[str, Verdict]]:
        counts: Counter[tuple[str, Verdict]] = Counter()
        for alike in self._inventory.store.standings.values():
            version = _label(alike[0], policy)  # pods of one standing have it in common
            self._versions[version] = None
            counts[version, policy.judge(alike[0], policy.target, now).verdict] += len(alike)
        return counts


def _label(pod: PodFacts, policy: Policy) -> str:
    version = normalise(pod.platform_version)
    if pod.state is PodState.MALFORMED:
        return OTHER
    if version == UNSET:
        return UNSET_LABEL
    return version if policy.matrix.knows(version) else OTHER
