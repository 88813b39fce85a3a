"""``POST /validate`` over TLS with keep-alive: the guard beside a route that judges nothing, and a naive one.

A round measures every subject at every number of connections, so that whatever else the machine does meets all alike.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from .figures import Spread, ratios
from .machine import two_cores
from .review import UID, review_body
from .subjects import SUBJECTS, Server, check_answer, serving
from .table import render_table
from .wrk import Load, Wrk

_CONNECTIONS = (1, 16)
_ROUNDS = 7
_WARM_UP, _SECONDS = 1, 2
"""Seconds of load before each measurement, and of the measurement."""
_AIM = 0.9
_OURS, _BARE, _NAIVE = SUBJECTS


class _Measured(NamedTuple):
    load: Load
    cpu: float
    """Microseconds that the server used for an answer. Other programs on its core disturb it less than the rate."""


_Rounds = Mapping[tuple[str, int], Sequence[_Measured]]
"""By the subject's name and the number of connections."""


def measure() -> str:
    """Measure, and return the figures as text. Takes about two minutes. Raises CannotMeasure."""
    server_core, load_core = two_cores()
    body = review_body()
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-validate-")))
        wrk = Wrk(directory, body, load_core)
        servers = {
            subject: stack.enter_context(serving(subject, directory / f"{subject.name}.log", server_core))
            for subject in SUBJECTS
        }
        for subject, server in servers.items():
            check_answer(subject, server.url, body, UID)
        rounds: dict[tuple[str, int], list[_Measured]] = defaultdict(list)
        for turn in range(_ROUNDS):
            first = turn % len(SUBJECTS)  # nobody always comes after the same one
            for connections in _CONNECTIONS:
                for subject in SUBJECTS[first:] + SUBJECTS[:first]:
                    rounds[subject.name, connections].append(_measure(wrk, servers[subject], connections))
        for subject, server in servers.items():
            check_answer(subject, server.url, body, UID)
    return "\n\n".join(
        [_describe(body), *(_table(rounds, connections) for connections in _CONNECTIONS), _comparison(rounds)]
    )


def _measure(wrk: Wrk, server: Server, connections: int) -> _Measured:
    wrk.load(server.url, connections=connections, seconds=_WARM_UP)
    before = server.cpu_seconds()
    load = wrk.load(server.url, connections=connections, seconds=_SECONDS)
    return _Measured(load, (server.cpu_seconds() - before) * 1e6 / load.answers)


def _describe(body: bytes) -> str:
    return (
        "POST /validate over TLS with keep-alive, the server on one core and wrk on another\n"
        f"A pod review of {len(body):,} bytes that is allowed; {_ROUNDS} interleaved rounds of {_SECONDS} s; "
        "median (lowest-highest)"
    )


def _table(rounds: _Rounds, connections: int) -> str:
    rows = []
    for subject in SUBJECTS:
        measured = rounds[subject.name, connections]
        rows.append(
            (
                subject.name,
                Spread.of(_rates(measured)).shown(0),
                Spread.of(one.load.p50 / 1000 for one in measured).shown(2),
                Spread.of(one.load.p99 / 1000 for one in measured).shown(2),
                Spread.of(one.cpu for one in measured).shown(0),
            ),
        )
    plural = "s" if connections > 1 else ""
    return render_table((f"{connections} connection{plural}", "requests/s", "p50 ms", "p99 ms", "CPU us each"), rows)


def _comparison(rounds: _Rounds) -> str:
    """Compare round by round; and the best rounds, since what disturbs a round only ever slows it."""
    rows = []
    for other in (_BARE, _NAIVE):
        ours, theirs = ([_rates(rounds[subject.name, count]) for count in _CONNECTIONS] for subject in (_OURS, other))
        by_round = [ratios(*pair).shown(2) for pair in zip(ours, theirs, strict=True)]
        best = [f"{max(one) / max(another):.2f}" for one, another in zip(ours, theirs, strict=True)]
        rows.append((f"{_OURS.name} / {other.name}", *by_round, *best))
    headings = [f"{what}at {count}" for what in ("", "best ") for count in _CONNECTIONS]
    table = render_table(("ratio of requests/s", *headings), rows)
    return f"{table}\nThe aim: {_OURS.name} / {_BARE.name} is {_AIM} or more at {_CONNECTIONS[-1]} connections."


def _rates(measured: Iterable[_Measured]) -> list[float]:
    return [one.load.rate for one in measured]
