"""``python -m tests.cluster``, from the root of the repository."""

import argparse
import contextlib
import shutil
import sys
import time
from pathlib import Path

import httpx2

from tests.cluster import VERSIONS, cache_folder, default_version
from tests.cluster.bare_pods import BarePods, fill_with_bare_pods
from tests.cluster.building import Missing
from tests.cluster.control_plane import ControlPlane, NotReady
from tests.cluster.filling import Filling, age_pods, fill
from tests.cluster.processes import Died
from tests.cluster.programs import find_programs
from tests.cluster.starting import start_control_plane

_TO_TRY = """
Type the line above, and then, say,

  .venv/bin/python -m tests.cluster fill --kubernetes {version} --platform-version 1.0.0
  .venv/bin/eci-upgrade-guard report --target 1.26
  .venv/bin/eci-upgrade-guard recreate --target 1.26
  make cluster-down KUBERNETES={version}

Pods are played here and no container runs, so a guard that is installed answers nobody.

"""


class NotUp(Exception):
    """Raised with one line for the user."""


def main() -> int:
    """Do what was asked for; 1 where it could not be done."""
    asked = _parser().parse_args()
    try:
        asked.run(asked)
    except Missing as missing:
        sys.stderr.write(f"{missing}\n")
        return 0 if getattr(asked, "if_possible", False) else 1
    except (NotUp, NotReady, Died) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except httpx2.HTTPStatusError as error:
        sys.stderr.write(f"{error.response.json()['message']}\n")
        return 1
    return 0


def _build(asked: argparse.Namespace) -> None:
    for version in asked.kubernetes or VERSIONS:
        find_programs(version)


def _up(asked: argparse.Namespace) -> None:
    running = _found(asked.kubernetes)
    if running is None:
        _remove(asked.kubernetes)
        running = start_control_plane(asked.kubernetes, _state(asked.kubernetes), outlives=True)
    _say(f"export KUBECONFIG={running.kubeconfig}")
    sys.stderr.write(_TO_TRY.format(version=asked.kubernetes))


def _down(asked: argparse.Namespace) -> None:
    _remove(asked.kubernetes)


def _fill(asked: argparse.Namespace) -> None:
    running = _found(asked.kubernetes)
    if running is None:
        raise NotUp(f"no control plane of {asked.kubernetes} is up; start one: python -m tests.cluster up")
    began = time.monotonic()
    if asked.bare:
        version = asked.platform_version or "1.1.0"
        versions = (None if version == "unset" else version,)
        count = asked.workloads * asked.pods
        fill_with_bare_pods(running, BarePods(count=count, namespaces=(asked.namespace,), platform_versions=versions))
    else:
        filling = Filling(
            workloads=asked.workloads,
            pods_each=asked.pods,
            namespaces=(asked.namespace,),
            on_virtual_nodes=not asked.ordinary,
        )
        fill(running, filling)
        if asked.platform_version:
            past = None if asked.platform_version == "unset" else asked.platform_version
            age_pods(running, asked.namespace, past, f"app={filling.name}")
    _say(f"{asked.workloads * asked.pods} pods run after {time.monotonic() - began:.1f} s")


def _list(_asked: argparse.Namespace) -> None:
    for version in VERSIONS:
        running = _found(version)
        _say(f"{version}: {f'up, export KUBECONFIG={running.kubeconfig}' if running else 'down'}")


def _state(version: str) -> Path:
    return cache_folder() / f"cluster-{version}"


def _found(version: str) -> ControlPlane | None:
    """Return the one that runs with all of its programs."""
    try:
        found = ControlPlane(_state(version))
    except FileNotFoundError:
        return None
    return found if all(process.is_alive() for process in found.processes().values()) else None


def _remove(version: str) -> None:
    """End what runs of it, and clear its folder away."""
    with contextlib.suppress(FileNotFoundError):
        ControlPlane(_state(version)).stop()
    shutil.rmtree(_state(version), ignore_errors=True)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.cluster", description="A real control plane on loopback.")
    commands = parser.add_subparsers(required=True, metavar="command")

    build = commands.add_parser("build", help="build what is missing, which takes minutes")
    build.add_argument("--kubernetes", action="append", metavar="VERSION", help=f"without it: {', '.join(VERSIONS)}")
    build.add_argument("--if-possible", action="store_true", help="end well, too, where nothing can be built")
    build.set_defaults(run=_build)

    up, down, filler = (
        commands.add_parser("up", help="start one that stays, and print how to use it"),
        commands.add_parser("down", help="end it and remove its data"),
        commands.add_parser("fill", help="fill it with workloads"),
    )
    for command, run in ((up, _up), (down, _down), (filler, _fill)):
        command.add_argument("--kubernetes", default=default_version(), metavar="VERSION", help="default: %(default)s")
        command.set_defaults(run=run)
    filler.add_argument("--workloads", type=int, default=10, help="Deployments; default: %(default)s")
    filler.add_argument("--pods", type=int, default=5, help="of each; default: %(default)s")
    filler.add_argument("--namespace", default="default", help="default: %(default)s")
    filler.add_argument("--ordinary", action="store_true", help="on ordinary nodes, not on virtual ones")
    filler.add_argument("--platform-version", metavar="VERSION", help='of the past: "1.0.0", or "unset"')
    filler.add_argument("--bare", action="store_true", help="as many pods with no workload behind them: quick")

    commands.add_parser("list", help="show which are up").set_defaults(run=_list)
    return parser


sys.exit(main())
