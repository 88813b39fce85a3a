"""``POST /validate`` while somebody asks for a report of 100,000 ECI pods every second, and while nobody does.

Each report is for another Kubernetes version, so that none of them is kept from before; it is made on the core on
which the guard answers.
"""

import itertools
import ssl
import sys
import tempfile
import threading
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .figures import Spread, ratios
from .machine import two_cores
from .pod_list import write_pod_list
from .review import review_body
from .subjects import Subject, serving
from .table import render_table
from .wrk import Load, Wrk

_PODS = 200_000
"""Every second one is ECI."""
_ROUNDS, _SECONDS = 5, 5
_CONNECTIONS = (1, 16)
_AIM = 2
_Rounds = dict[tuple[bool, int], list[Load]]


def measure() -> str:
    """Measure, and return the figures as text. Takes about two minutes. Raises CannotMeasure."""
    server_core, load_core = two_cores()
    with tempfile.TemporaryDirectory(prefix="bench-reporting-") as name:
        directory = Path(name)
        write_pod_list(directory / "pods.json", _PODS)
        wrk = Wrk(directory, review_body(), load_core)
        rounds: _Rounds = defaultdict(list)
        reports: list[float] = []
        with serving(_guard(directory), directory / "log", server_core) as server:
            for turn, connections in itertools.product(range(_ROUNDS), _CONNECTIONS):
                for busy in (turn % 2 == 0, turn % 2 != 0):
                    with _a_report_a_second(server.url, reports, busy=busy):
                        rounds[busy, connections].append(
                            wrk.load(server.url, connections=connections, seconds=_SECONDS)
                        )
    return "\n\n".join(_table(rounds, connections) for connections in _CONNECTIONS) + (
        f"\nA report took {Spread.of(reports).shown(1)} s; {len(reports)} were made."
        f"\nThe aim: p99 under reports is at most {_AIM} times that without."
    )


def _guard(directory: Path) -> Subject:
    policy = directory / "policy.yaml"
    policy.write_text(
        "apiVersion: eci-upgrade-guard.io/v1alpha1\nkind: UpgradePolicy\nmetadata: {name: bench}\n"
        'spec: {targetVersion: "1.26"}\n',
        encoding="utf-8",
    )
    program = str(Path(sys.executable).with_name("eci-upgrade-guard"))
    options = ("--port=0", "--health-port=0", f"--policy={policy}", f"--inventory={directory / 'pods.json'}")
    return Subject("ours", (program, "serve", *options))


@contextmanager
def _a_report_a_second(url: str, took: list[float], *, busy: bool) -> Iterator[None]:
    """Ask for reports while the block runs, if it is to be busy."""
    over = threading.Event()
    asker = threading.Thread(target=_ask, args=(url, took, over))
    if busy:
        asker.start()
    try:
        yield
    finally:
        over.set()
        if busy:
            asker.join()


_minors = itertools.cycle(range(26, 226))


def _ask(url: str, took: list[float], over: threading.Event) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # a self-signed certificate on the loopback
    context.verify_mode = ssl.CERT_NONE
    base = url.partition("/validate")[0]
    while not over.is_set():
        began = time.monotonic()
        with urllib.request.urlopen(f"{base}/report?target=1.{next(_minors)}", context=context) as answer:  # noqa: S310 -- it is the guard's
            while answer.read(1 << 20):
                pass
        took.append(time.monotonic() - began)
        over.wait(max(0.0, 1 - took[-1]))


def _table(rounds: _Rounds, connections: int) -> str:
    rows = []
    for busy in (False, True):
        measured = rounds[busy, connections]
        rows.append(
            (
                "a report a second" if busy else "no reports",
                Spread.of(one.rate for one in measured).shown(0),
                Spread.of(one.p50 / 1000 for one in measured).shown(2),
                Spread.of(one.p99 / 1000 for one in measured).shown(2),
            ),
        )
    pairs = ([one.p99 for one in rounds[busy, connections]] for busy in (True, False))
    rows.append(("p99 by round", "", "", f"{ratios(*pairs).shown(2)} times"))
    plural = "s" if connections > 1 else ""
    return render_table((f"{connections} connection{plural}", "requests/s", "p50 ms", "p99 ms"), rows)
