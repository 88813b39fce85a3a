"""What is lost when a guard that ends closes connections which a client takes up at that moment.

A client sends one review on each of many idle connections, at any time between the signal and a moment after the close.
It looks first whether the connection is still open, as a Go client does. What it sent and got no answer to is lost.
"""

import http
import random
import signal
import ssl
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.server.peers import REVIEW_HEAD, answer_on, tls_socket
from tests.server.running_guard import run_guard

from .review import review_body
from .table import render_table

_SPAN = 0.15
"""Seconds: a guard without delay closes within 0.1 of the signal."""
_SIZES = {25: 80, 200: 20}
"""How many rounds, by how many connections there are. An API server keeps 25 at most."""
_PATIENCE = 20.0
_OUTCOMES = ("answered", "lost", "found closed")


def measure() -> str:
    """Measure, and return the figures as text. Takes three minutes. Raises CannotMeasure."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="bench-closing-") as name:
        for connections, rounds in _SIZES.items():
            seen: Counter[str] = Counter()
            for _ in range(rounds):
                seen += _end_one(Path(name), connections)
            window = seen["lost"] / seen.total() * _SPAN * 1e6
            rows.append((f"{connections} connections", *(f"{seen[one]:,}" for one in _OUTCOMES), f"{window:.0f}"))
    heading = f"One review on each idle connection at any time in {_SPAN:.2f} s from the signal, without drain delay"
    return f"{heading}\n\n{render_table(('a guard ends with', *_OUTCOMES, 'window in us'), rows)}"


def _end_one(folder: Path, connections: int) -> Counter[str]:
    body = review_body()
    request = REVIEW_HEAD % len(body) + body
    with run_guard(folder) as guard:
        peers = [tls_socket(guard) for _ in range(connections)]
        for peer in peers:
            peer.sendall(request)
            answer_on(peer)
            peer.setblocking(False)
        due = sorted(random.uniform(0, _SPAN) for _ in peers)
        began = time.perf_counter()
        guard.process.send_signal(signal.SIGTERM)
        outcomes = _send(peers, [began + one for one in due], request)
        guard.process.wait(_PATIENCE)
    return outcomes


def _send(peers: Sequence[ssl.SSLSocket], due: Sequence[float], request: bytes) -> Counter[str]:
    """Send when it is due, to the microsecond, and read only afterwards."""
    sent = []
    for peer, at in zip(peers, due, strict=True):
        while time.perf_counter() < at:
            pass
        if _is_open(peer):
            peer.sendall(request)
            sent.append(peer)
    outcomes = Counter({"found closed": len(peers) - len(sent)})
    for peer in sent:
        peer.settimeout(_PATIENCE)
        outcomes["answered" if _is_answered(peer) else "lost"] += 1
    for peer in peers:
        peer.close()
    return outcomes


def _is_open(peer: ssl.SSLSocket) -> bool:
    try:
        return peer.recv(1) != b""
    except ssl.SSLWantReadError:
        return True
    except OSError:
        return False


def _is_answered(peer: ssl.SSLSocket) -> bool:
    try:
        return answer_on(peer)[0].status == http.HTTPStatus.OK
    except OSError:
        return False
