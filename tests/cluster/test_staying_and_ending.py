"""A control plane ends with whoever started it, unless it was told to stay; then a later command ends it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster import ROOT
from tests.cluster.control_plane import ControlPlane
from tests.cluster.processes import Died, Process, start
from tests.cluster.programs import find_programs
from tests.cluster.records import read_record

START = "import sys; from pathlib import Path; from tests.cluster.starting import start_control_plane; "


@pytest.fixture
def environment(control_plane: ControlPlane, tmp_path: Path) -> dict[str, str]:
    """The programs of the control plane that is there, and a cache with nothing in it."""
    assets = tmp_path / "assets"
    assets.mkdir()
    for name, program in find_programs(control_plane.version).items():
        (assets / name).symlink_to(program)
    return {
        **os.environ,
        "KUBEBUILDER_ASSETS": str(assets),
        "XDG_CACHE_HOME": str(tmp_path),
        "KUBERNETES": control_plane.version,
    }


def processes_in(state: Path) -> dict[str, Process]:
    return read_record(state).processes


def test_it_ends_even_when_whoever_started_it_is_killed(
    control_plane: ControlPlane, environment: dict[str, str], tmp_path: Path
) -> None:
    state = tmp_path / "state"
    code = f"{START} start_control_plane(sys.argv[1], Path(sys.argv[2])); print('up', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code, control_plane.version, str(state)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout
        assert starter.stdout.readline() == "up\n"
        running = processes_in(state).values()
        assert len(running) == 5
        assert all(process.is_alive() for process in running)
        starter.kill()
    control_plane.wait_until("all to end", lambda: not any(process.is_alive() for process in running), 10)


def test_one_that_was_told_to_stay_is_found_used_and_ended_by_later_commands(
    control_plane: ControlPlane, environment: dict[str, str], tmp_path: Path
) -> None:
    def cluster(*arguments: str) -> str:
        command = [sys.executable, "-m", "tests.cluster", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout

    state = tmp_path / "eci-upgrade-guard" / f"cluster-{control_plane.version}"
    try:
        line = cluster("up")
        assert line == f"export KUBECONFIG={state}/credentials/admin.kubeconfig\n"
        running = processes_in(state).values()
        assert cluster("up") == line
        assert f"{control_plane.version}: up, {line}" in cluster("list")
        assert cluster("fill", "--workloads=2", "--pods=3").startswith("6 pods run after ")
    finally:
        cluster("down")
    assert not any(process.is_alive() for process in running)
    assert f"{control_plane.version}: down\n" in cluster("list")
    assert not state.exists()


def test_a_program_that_ends_at_its_start_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    process = start("etcd", ["sh", "-c", "echo address already in use; exit 1"], tmp_path / "etcd.log")
    while process.is_alive():
        pass
    with pytest.raises(Died, match=r"(?s)etcd has ended.*address already in use"):
        process.check()


def test_a_process_that_was_given_an_old_id_is_left_alone(tmp_path: Path) -> None:
    process = start("sleep", ["sleep", "60"], tmp_path / "log")
    try:
        Process("another", process.pid, "0", process.log).kill()
        assert process.is_alive()
    finally:
        process.kill()
    assert not process.is_alive()
