"""``report`` on a live cluster beside the vendor's procedure, on the same API server."""

import os
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct

from tests.cluster.control_plane import ControlPlane
from tests.cluster.programs import find_programs

from . import ROOT, CannotMeasure
from .figures import Spread, ratios
from .live_cluster import VERSION, live_cluster
from .live_pods import fill_with_live_pods
from .selections import Selection, found_in, selections
from .table import render_table

_PODS = 10_000
_NAMESPACES = tuple(f"team-{number}" for number in range(5))
_ROUNDS = 3
_PATIENCE = 600
_AIM = "The aim: 8 times faster, in a tenth of the memory."


class _Program(Struct):
    name: str
    exit_code: int
    cpu: float
    memory: float


class _Used(Struct):
    wall: float
    programs: list[_Program]

    @property
    def cpu(self) -> float:
        return sum(program.cpu for program in self.programs)

    @property
    def memory(self) -> float:
        """MiB, of the program that held most."""
        return max(program.memory for program in self.programs)


class _Way(NamedTuple):
    name: str
    commands: Sequence[Sequence[str]]
    exit_code: int
    """Of the last program, where it found some."""


_QUANTITIES: tuple[tuple[str, Callable[[_Used], float], int], ...] = (
    ("wall s", lambda used: used.wall, 2),
    ("CPU s", lambda used: used.cpu, 2),
    ("peak MiB", lambda used: used.memory, 0),
)


def measure_live_report(folder: Path) -> str:
    """Measure, and return the figures as text. Raises CannotMeasure."""
    _, jq, _ = selections(folder)  # that it is missing is said before minutes have passed
    with live_cluster(folder, _NAMESPACES) as control_plane:
        fill_with_live_pods(control_plane, _NAMESPACES, _PODS)
        environment = {**os.environ, "TOKEN": control_plane.admin_token}  # raw_pages reads it
        ways = _ways(control_plane, jq, folder)
        rounds: dict[str, list[_Used]] = defaultdict(list)
        for turn in range(-1, _ROUNDS):
            for way in ways[turn % len(ways) :] + ways[: turn % len(ways)]:
                used = _run(way, folder, environment)
                if turn >= 0:  # before that the API server has read all pods once, for whoever comes first
                    rounds[way.name].append(used)
    ours, theirs, pages = (folder / f"{way.name}.csv" for way in ways)
    found, others = found_in(ours), found_in(theirs)
    if found != others:
        raise CannotMeasure(f"the two differ about {len(found ^ others):,} pods")
    heading = (
        f"Listing the pods of a live cluster that are unfit for 1.26: kube-apiserver {VERSION}, {_PODS:,} pods,\n"
        f"half of them ECI, {int(pages.read_text()) / 1e6:.0f} MB of JSON; {_ROUNDS} interleaved rounds; "
        "median (lowest-highest)"
    )
    return "\n\n".join([heading, _table(rounds), f"Both find the same {len(found):,} pods. {_AIM}"])


def _ways(control_plane: ControlPlane, jq: Selection, folder: Path) -> tuple[_Way, _Way, _Way]:
    """Return ours, the vendor's, and what it takes to read the pods and do nothing with them."""
    access = f"--kubeconfig={control_plane.kubeconfig}"
    guard = str(Path(sys.executable).with_name("eci-upgrade-guard"))
    ours = (guard, "report", access, "--target=1.26", "--output=csv", "--no-headers")
    kubectl = (str(find_programs(VERSION)["kubectl"]), access, f"--cache-dir={folder / 'kubectl'}")
    list_all = (*kubectl, "get", "pods", "--all-namespaces", "--output=json")
    address = control_plane.server.removeprefix("https://")
    pages = (sys.executable, "-m", f"{__package__}.raw_pages", address, str(control_plane.certificate))
    return (
        _Way("ours", [ours], 3),
        _Way(f"kubectl | {jq.name}", [list_all, jq.command[:-1]], jq.exit_code),  # it reads no file then, but its input
        _Way("the pages alone", [pages], 0),
    )


def _run(way: _Way, folder: Path, environment: Mapping[str, str]) -> _Used:
    commands = msgspec.json.encode(way.commands).decode()
    command = [sys.executable, "-m", f"{__package__}.pipeline", str(folder / f"{way.name}.csv"), commands]
    ran = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True, timeout=_PATIENCE)
    used = msgspec.json.decode(ran.stdout, type=_Used)
    codes = [program.exit_code for program in used.programs]
    if codes != [0] * (len(codes) - 1) + [way.exit_code]:
        raise CannotMeasure(f"{way.name} ended with {codes}")
    return used


def _table(rounds: Mapping[str, Sequence[_Used]]) -> str:
    ours, theirs, _ = rounds
    rows = [
        (name, *(Spread.of(map(read, rounds[name])).shown(digits) for _, read, digits in _QUANTITIES))
        for name in rounds
    ]
    by_round = (ratios([*map(read, rounds[theirs])], [*map(read, rounds[ours])]) for _, read, _ in _QUANTITIES)
    rows.append((f"{theirs} / {ours}", *(ratio.shown(1) for ratio in by_round)))
    parts = ", ".join(
        f"{program.name} {statistics.median(one.programs[place].memory for one in rounds[theirs]):,.0f}"
        for place, program in enumerate(rounds[theirs][0].programs)
    )
    table = render_table(("listing", *(heading for heading, _, _ in _QUANTITIES)), rows)
    return f"{table}\nThe memory is that of the largest program; of theirs: {parts} MiB."
