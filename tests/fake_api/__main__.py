"""``python -m tests.fake_api --pods N``: the fake as a process of its own, for benchmarks. Ends on SIGTERM or Ctrl-C.

Writes one line of JSON once it listens: its address, and a kubeconfig.
"""

import argparse
import json
import signal
import sys
import tempfile
from pathlib import Path

from .cluster import FakeCluster
from .example_pods import fill
from .fake_api import FakeApi


def main() -> None:
    """Fill a cluster, and serve it."""
    parser = argparse.ArgumentParser(prog="python -m tests.fake_api", description="Serve a fake cluster.")
    parser.add_argument("--pods", type=int, default=0, metavar="N")
    parser.add_argument("--eci-share", type=float, default=0.5, metavar="SHARE", help="of the pods, 0 to 1")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--kubeconfig", type=Path, metavar="FILE", help="to write; without it: a temporary one")
    options = parser.parse_args()
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # before there are threads, which inherit it
    cluster = FakeCluster()
    fill(cluster, options.pods, options.eci_share)
    with tempfile.TemporaryDirectory() as directory, FakeApi(cluster, port=options.port) as api:
        kubeconfig = api.kubeconfig(options.kubeconfig or Path(directory) / "kubeconfig")
        sys.stdout.write(json.dumps({"url": api.url, "kubeconfig": str(kubeconfig)}) + "\n")
        sys.stdout.flush()
        signal.sigwait(ends)


main()
