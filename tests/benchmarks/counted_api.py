"""The fake API server as a process of its own, which tells what it sent. ``python -m tests.benchmarks.counted_api``.

Writes a line of JSON once it listens, and one for each line that it reads: how much was asked of it and sent since
the last time. It ends with its standard input, so that it never outlives the benchmark.
"""

import argparse
import gc
import json
import sys
from pathlib import Path

from tests.fake_api import FakeApi, FakeCluster
from tests.fake_api.example_pods import fill


def main() -> None:
    """Fill a cluster, and serve it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pods", type=int, required=True)
    parser.add_argument("--eci", type=int, required=True, help="of the pods")
    parser.add_argument("--kubeconfig", type=Path, required=True, help="to write")
    asked = parser.parse_args()
    cluster = FakeCluster()
    fill(cluster, asked.pods, asked.eci / asked.pods)
    gc.freeze()  # nobody is to wait for the collector of the fake
    with FakeApi(cluster) as api:
        api.kubeconfig(asked.kubeconfig)
        _say(pods=asked.pods)
        told = 0
        for _ in sys.stdin:
            new = api.requests[told:]
            told += len(new)
            _say(requests=len(new), bytes=sum(one.bytes_sent for one in new))


def _say(**fields: int) -> None:
    sys.stdout.write(f"{json.dumps(fields)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
