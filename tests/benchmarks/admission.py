"""Pods created through the real API server: without a webhook, with the guard, and with a small one in Go.

Each webhook is measured with the match conditions that we advise and without any; only one is registered at a time.
"""

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx2

from tests.cluster.control_plane import ControlPlane, NotReady
from tests.cluster.guarding import answers_in, guarding
from tests.cluster.registration import PODS, registered
from tests.server.running_guard import RunningGuard

from . import CannotMeasure
from .admission_table import Cell, render_admission
from .creates import Creates, Load
from .go_webhook import go_webhook
from .live_cluster import VERSION, live_cluster
from .submitted_pod import submitted_pod

_ROUNDS = 5
_COUNTS = {1: 1000, 16: 2000}
"""How many creates are timed, by how many there are at a time."""
_WARM_UP = 100
_KINDS = {
    "declaring pods": submitted_pod("declaring", "1.1.0"),
    "ordinary pods": submitted_pod("ordinary", None),
}
_DECLARING, _ORDINARY = _KINDS
_UNFIT = submitted_pod("unfit", "1.0.0")

_EVERY_POD = {key: value for key, value in PODS.items() if key != "matchConditions"}


class _Subject(NamedTuple):
    name: str
    namespace: str
    webhook: Mapping[str, Any] | None = None
    server: RunningGuard | None = None


def measure() -> str:
    """Measure, and return the figures as text. Takes about seven minutes. Raises CannotMeasure."""
    with tempfile.TemporaryDirectory(prefix="bench-admission-") as name:
        folder = Path(name)
        (folder / "go").mkdir()
        namespaces = ("none", "ours-some", "ours-all", "go-some", "go-all")
        with (
            live_cluster(folder, namespaces) as control_plane,
            guarding(control_plane, folder) as guard,
            go_webhook(folder / "go") as go,
        ):
            subjects = (
                _Subject("no webhook", "none"),
                _Subject("ours, match conditions", "ours-some", PODS, guard),
                _Subject("ours, every pod", "ours-all", _EVERY_POD, guard),
                _Subject("Go, match conditions", "go-some", PODS, go),
                _Subject("Go, every pod", "go-all", _EVERY_POD, go),
            )
            rounds = _run(control_plane, subjects, Creates(control_plane, folder))
            _, log = guard.stop()
    names = [subject.name for subject in subjects]
    return "\n\n".join(
        [_describe(), *render_admission(names, list(_KINDS), rounds), _count(answers_in(log)), _cost_of_load(rounds)]
    )


def _run(control_plane: ControlPlane, subjects: Sequence[_Subject], creates: Creates) -> Mapping[Cell, Sequence[Load]]:
    rounds: dict[Cell, list[Load]] = defaultdict(list)
    for turn in range(_ROUNDS):
        first = turn % len(subjects)  # nobody always comes after the same one
        for subject in (*subjects[first:], *subjects[:first]):
            with _registered(control_plane, subject):
                if not turn:
                    _check(control_plane, subject)
                for at_once, count in _COUNTS.items():
                    for kind, pod in _KINDS.items():
                        load = creates.load(subject.namespace, pod, at_once=at_once, warm_up=_WARM_UP, count=count)
                        rounds[Cell(subject.name, kind, at_once)].append(load)
    return rounds


@contextmanager
def _registered(control_plane: ControlPlane, subject: _Subject) -> Iterator[None]:
    if subject.webhook is None or subject.server is None:
        yield
        return
    try:
        with registered(control_plane, subject.namespace, subject.server, dict(subject.webhook)):
            yield
    except NotReady as error:
        raise CannotMeasure(f"{subject.name}: {error}") from None


def _check(control_plane: ControlPlane, subject: _Subject) -> None:
    """Raise CannotMeasure unless an unfit pod is refused, or admitted where nobody is asked."""
    with control_plane.client() as client:
        path = f"/api/v1/namespaces/{subject.namespace}/pods"
        code = client.post(path, params={"dryRun": "All"}, json=_UNFIT).status_code
    if code != (httpx2.codes.CREATED if subject.webhook is None else httpx2.codes.FORBIDDEN):
        raise CannotMeasure(f"{subject.name} answers {code} to a pod that declares 1.0.0")


def _describe() -> str:
    counts = " and ".join(f"{count:,} at {at_once} at a time" for at_once, count in _COUNTS.items())
    return (
        f"Pods created with dryRun=All through kube-apiserver {VERSION}; everything shares all cores\n"
        "Declaring pods declare platform version 1.1.0, which is allowed; ordinary pods declare none\n"
        f"{_ROUNDS} interleaved rounds of {counts}; median (lowest-highest)"
    )


def _count(answers: Mapping[str, int]) -> str:
    """Say how many creates reached the guard. Raises CannotMeasure if they are not exactly those that should."""
    each = _ROUNDS * sum(count + _WARM_UP for count in _COUNTS.values())
    expected = {"denied": 2, "allowed": 3 * each}
    if answers != expected:
        raise CannotMeasure(f"the guard was to answer {expected}, and did {dict(answers)}")
    return (
        f"Of {2 * each:,} creates with match conditions the {each:,} of {_DECLARING} reached the guard\n"
        f"and none of the {_ORDINARY}; without them all {2 * each:,} did."
    )


def _cost_of_load(rounds: Mapping[Cell, Iterable[Load]]) -> str:
    loads = [load for cell in rounds.values() for load in cell]
    each = sum(load.cpu for load in loads) / sum(load.answers for load in loads)
    return f"The load itself took {each:.0f} us of CPU for a create, out of the same cores."
