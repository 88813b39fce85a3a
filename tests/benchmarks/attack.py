"""``POST /validate`` while others do to the same port what they should not, and while nobody does.

A client sends 50 reviews a second on a connection that it keeps, and another ten, each on a new one. The guard is on
one core, they and the attackers on the other.
"""

import http.client
import itertools
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from . import ROOT, CannotMeasure
from .attackers import ATTACKS, OPENED_WITHIN
from .figures import Spread, ratios
from .machine import pinned_to, two_cores
from .review import review_body
from .subjects import SUBJECTS, Server, serving
from .table import render_table

_ROUNDS, _SECONDS = 3, 6.0
"""Seconds that a load is measured, once all attackers have come."""
_KEPT_EVERY, _NEW_EVERY = 0.02, 0.1
"""Seconds."""
_AIM = 3


class _Measured(NamedTuple):
    kept: float
    """p99 on a connection that is kept, in milliseconds."""
    new: float
    """p50 on new ones, in milliseconds."""
    memory: float
    """MiB."""


_Pair = tuple[_Measured, _Measured]
"""Idle, and attacked just after."""


def measure() -> str:
    """Measure, and return the figures as text. Takes ten minutes. Raises CannotMeasure."""
    server_core, load_core = two_cores()
    rounds: dict[str, list[_Pair]] = defaultdict(list)
    with (
        tempfile.TemporaryDirectory(prefix="bench-attack-") as name,
        pinned_to(load_core),
        serving(SUBJECTS[0], Path(name) / "log", server_core) as server,
    ):
        for _, attack in itertools.product(range(_ROUNDS), ATTACKS):
            idle = _measure(server)
            with _under(attack, server):
                rounds[attack].append((idle, _measure(server)))
    headings = ("load", "idle p99 ms", "p99 ms", "times", "idle new ms", "new ms", "MiB")
    table = render_table(headings, [_row(*one) for one in rounds.items()])
    return f"{table}\nThe aim: p99 under each is at most {_AIM} times that of idle just before."


def _row(attack: str, rounds: Sequence[_Pair]) -> tuple[str, ...]:
    idle, attacked = zip(*rounds, strict=True)
    return (
        attack,
        Spread.of(one.kept for one in idle).shown(1),
        Spread.of(one.kept for one in attacked).shown(1),
        ratios([one.kept for one in attacked], [one.kept for one in idle]).shown(1),
        f"{statistics.median(one.new for one in idle):.1f}",
        f"{statistics.median(one.new for one in attacked):.1f}",
        f"{max(one.memory for one in attacked):.0f}",
    )


def _measure(server: Server) -> _Measured:
    body = review_body()
    new: list[float] = []
    beside = threading.Thread(target=lambda: new.extend(_sample(server, body, _NEW_EVERY, keep=False)))
    beside.start()
    kept = _sample(server, body, _KEPT_EVERY, keep=True)
    beside.join()
    return _Measured(_quantile(kept, 0.99), _quantile(new, 0.5), _memory(server))


def _sample(server: Server, body: bytes, every: float, *, keep: bool) -> list[float]:
    """Return how long each answer took since it was due, so that one which is late makes the next late, too.

    Raises CannotMeasure where one is not as it should be.
    """
    connection = _connection(server)
    took = []
    due = time.perf_counter()
    for _ in range(int(_SECONDS / every)):
        time.sleep(max(0.0, due - time.perf_counter()))
        connection.request("POST", "/validate?timeout=2s", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        took.append(time.perf_counter() - due)
        if answer.status != http.HTTPStatus.OK:
            raise CannotMeasure(f"HTTP {answer.status} instead of an answer")
        if not keep:
            connection.close()
        due += every
    connection.close()
    return took


def _connection(server: Server) -> http.client.HTTPSConnection:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # a self-signed certificate on the loopback
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(urlsplit(server.url).netloc, context=context, timeout=10)


def _quantile(took: list[float], part: float) -> float:
    """Return milliseconds."""
    return sorted(took)[int(len(took) * part)] * 1000


def _memory(server: Server) -> float:
    status = Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@contextmanager
def _under(attack: str, server: Server) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", f"{__package__}.attackers", attack, server.url], cwd=ROOT)
    try:
        time.sleep(OPENED_WITHIN + 1)
        yield
        if process.poll() is not None:
            raise CannotMeasure(f"{attack}: the attackers have ended")
    finally:
        process.terminate()
        process.wait()
