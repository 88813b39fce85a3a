"""The readiness question, answered in the same time at ten pods and at a hundred thousand.

One pod of each standing is judged for all of them; the report, which names every pod, is made elsewhere.
"""

import heapq
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from webhook.inventory.pod_store import PodStore
from webhook.policy.judging import readiness
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.pod_facts import PodFacts
from webhook.policy.policy import Policy
from webhook.policy.verdict import Readiness, Verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a cluster stands for a target."""

    readiness: Readiness
    counts: Mapping[Verdict, int]
    workloads: int
    """That have an unfit pod."""
    offenders: tuple[PodFacts, ...]
    """The first unfit pods by namespace, name and uid."""


def ask(
    store: PodStore,
    policy: Policy,
    target: KubernetesVersion,
    *,
    now: datetime,
    complete: bool,
    offenders: int = 5,
) -> Standing:
    """Judge the cluster. ``complete`` is whether nothing is unread or stale; ``now`` decides which exemptions hold."""
    counts: Counter[Verdict] = Counter()
    unfit = {}
    for standing, alike in store.standings.items():
        verdict = policy.judge(alike[0], target, now).verdict
        counts[verdict] += len(alike)
        if verdict.unfit:
            unfit[standing] = alike
    return Standing(
        readiness=readiness(counts, complete=complete),
        counts=counts,
        workloads=store.workloads.count(unfit),
        offenders=tuple(islice(heapq.merge(*unfit.values()), offenders)),
    )
