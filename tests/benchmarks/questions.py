"""The time of one readiness question over stores of several sizes. ``python -m tests.benchmarks.questions SIZE...``.

A process of its own: the stores are large, and nothing else is to be in its memory. All sizes are asked in turn, so
that whatever disturbs meets all alike. Writes one line of JSON: microseconds of each call, by size.
"""

import json
import sys
import time
from datetime import UTC, datetime

from msgspec import Raw

from tests.fake_api import FakeCluster
from tests.fake_api.example_pods import fill
from webhook.cli.policy_option import load_policy
from webhook.inventory.pod_item import read_pod
from webhook.inventory.pod_store import PodStore
from webhook.inventory.question import ask
from webhook.policy.pod_facts import facts_of
from webhook.policy.policy import Policy

from . import ROOT

_CALLS = 20_000
_POLICY = ROOT / "manifests" / "examples" / "policy.yaml"


def main(sizes: list[int]) -> None:
    """Fill the stores and ask them."""
    policy = load_policy(str(_POLICY))
    stores = {size: _store(size, policy) for size in sizes}
    took: dict[int, list[float]] = {size: [] for size in sizes}
    now = datetime.now(UTC)
    for _ in range(_CALLS):
        for size, store in stores.items():
            began = time.perf_counter_ns()
            standing = ask(store, policy, policy.target, now=now, complete=True)
            took[size].append((time.perf_counter_ns() - began) / 1000)
            assert standing.offenders
    sys.stdout.write(json.dumps(took))


def _store(size: int, policy: Policy) -> PodStore:
    """Return what the guard keeps of so many pods, half of them ECI."""
    cluster = FakeCluster()
    fill(cluster, size)
    pods = (facts_of(read_pod(Raw(item)), policy.evidence) for item in cluster.snapshot("pods").objects.values())
    return PodStore(policy.standing_of, filter(None, pods))


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]])
