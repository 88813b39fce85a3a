"""Where the cluster stands: read from the inventory at each scrape, in the same time however many pods there are."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from webhook.inventory.known import KnownInventory
from webhook.policy.matrix import UNSET, normalise
from webhook.policy.plain_text import plain
from webhook.policy.pod_facts import PodFacts, PodState
from webhook.policy.policy import Policy
from webhook.policy.verdict import Verdict
from webhook.readiness.question import ask
from webhook.readiness.renderings.prometheus import VALUES
from webhook.server.metrics.families import gauge, info

UNSET_LABEL = "unset"
OTHER = "other"
"""A version that the matrix does not know, or one that could not be read."""


class ClusterMetrics(Collector):
    """ECI pods and readiness. To be collected on the event loop, where pods do not change meanwhile."""

    def __init__(self, policy: Policy, inventory: KnownInventory, clock: Callable[[], datetime]) -> None:
        self._policy = policy
        self._inventory = inventory
        self._clock = clock
        self._targets = sorted({*policy.matrix.minors(), policy.target})
        # A version that was seen stays, at 0: the last pod that leaves it is what people wait for.
        self._versions = {UNSET_LABEL: None, OTHER: None}

    def collect(self) -> Iterator[Metric]:
        """Yield pods for the policy's target, and readiness for every target that the matrix speaks of."""
        now = self._clock()
        yield info(
            "policy",
            "The policy that is in force, and the Kubernetes version that it is for.",
            policy=plain(self._policy.name, 63),
            target=str(self._policy.target),
        )
        counts = self._count(now)
        pods = gauge("eci_pods", "ECI pods, by what they mean for the policy's target.", "platform_version", "verdict")
        for version in self._versions:
            for verdict in Verdict:
                pods.add_metric([version, verdict.value], counts[version, verdict])
        yield pods
        readiness = gauge("readiness", "Whether the cluster is ready: 1 ready, 0 not ready, -1 unknown.", "target")
        complete = not self._inventory.doubt()
        for target in self._targets:
            answer = ask(self._inventory.store, self._policy, target, now=now, complete=complete, offenders=0)
            readiness.add_metric([str(target)], VALUES[answer.readiness])
        yield readiness

    def _count(self, now: datetime) -> Counter[tuple[str, Verdict]]:
        counts: Counter[tuple[str, Verdict]] = Counter()
        for alike in self._inventory.store.standings.values():
            version = self._label(alike[0])  # pods of one standing have it in common
            self._versions[version] = None
            counts[version, self._policy.judge(alike[0], self._policy.target, now).verdict] += len(alike)
        return counts

    def _label(self, pod: PodFacts) -> str:
        version = normalise(pod.platform_version)
        if pod.state is PodState.MALFORMED:
            return OTHER
        if version == UNSET:
            return UNSET_LABEL
        return version if self._policy.matrix.knows(version) else OTHER
