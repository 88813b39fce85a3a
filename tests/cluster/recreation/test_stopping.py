"""What stops the command on the way, and before it begins."""

import json
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cluster import staging
from tests.cluster.control_plane import ControlPlane
from tests.cluster.guarding import write_policy
from tests.cluster.recreation.commanding import command, recreate
from tests.cluster.recreation.objects import make_workload
from tests.cluster.recreation.staging import Size, stage_old_cluster
from tests.cluster.recreation.test_staging import versions_in
from tests.server.running_guard import ROOT

SOME = Size(guarded=2, free=1, stateful=0, single=1, jobs=0, bare=0)
"""12 pods, and 2 whose template is pinned."""


@pytest.mark.timeout(120, func_only=True)
def test_what_comes_back_no_better_stops_it_after_one_pod(
    control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    # As where the platform still gives the old version: nothing in the template says so.
    make_workload(control_plane, namespace, replicas=4, labels={staging.PLATFORM: "1.0.0"})
    control_plane.kubectl("rollout", "status", "deployment/web", "-n", namespace, "--timeout=30s")
    done = recreate(control_plane, namespace, tmp_path, "--yes")
    assert done.returncode == 3
    assert "Stopped: the canary failed" in done.stdout, done.stdout
    assert "1 not replaced as they should be, 3 not begun" in done.stdout


@pytest.mark.timeout(120, func_only=True)
def test_outside_of_its_windows_nothing_is_begun_unless_somebody_says_why(
    control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    stage_old_cluster(control_plane, namespace, SOME)
    freeze = {"from": "2020-01-01T00:00:00Z", "to": "2099-01-01T00:00:00Z", "reason": "a test"}
    policy = str(write_policy(tmp_path, freezes=[freeze]))
    dry = recreate(control_plane, namespace, tmp_path, "--dry-run", "--policy", policy)
    why_not = "begun: closed: freeze until 2099-01-01T00:00:00Z (a test)"
    assert (dry.returncode, f"it would not be {why_not}" in dry.stderr) == (3, True), dry.stderr
    closed = recreate(control_plane, namespace, tmp_path, "--yes", "--policy", policy)
    assert (closed.returncode, f"not {why_not}" in closed.stderr) == (5, True), closed.stderr
    assert all("; --outside-window REASON does it all the same\n" in one.stderr for one in (dry, closed))
    assert not (tmp_path / "journal.jsonl").exists()
    why = ["--outside-window", "OPS-1207", "--once"]
    opened = recreate(control_plane, namespace, tmp_path, "--yes", "--policy", policy, *why)
    assert "1 made anew, 11 not begun" in opened.stdout, opened.stdout + opened.stderr
    assert json.loads((tmp_path / "journal.jsonl").read_text().splitlines()[0])["text"] == "OPS-1207"


@pytest.mark.timeout(120, func_only=True)
def test_ctrl_c_ends_it_after_what_is_in_hand(control_plane: ControlPlane, namespace: str, tmp_path: Path) -> None:
    stage_old_cluster(control_plane, namespace, SOME)
    line = command(control_plane, namespace, tmp_path, "--yes", "-o", "json", "--concurrency", "1")
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        for told in process.stdout:
            if '"progress"' in told:
                process.send_signal(signal.SIGINT)
                break
        rest, _ = process.communicate(timeout=60)
    lines = [json.loads(one) for one in rest.splitlines()]
    (ending,) = [one["result"] for one in lines if "result" in one]
    assert "verified" in lines[-1]
    assert (process.returncode, ending["stopped"]) == (3, "Ctrl-C")
    fates = [one["fate"] for one in ending["outcomes"]]
    assert "Replaced" in fates
    assert "NotBegun" in fates
    assert set(fates) <= {"Replaced", "NotBegun"}


@pytest.mark.timeout(120, func_only=True)
def test_a_second_ctrl_c_ends_it_at_once_and_another_run_goes_on(
    control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    stage_old_cluster(control_plane, namespace, SOME)
    line = command(control_plane, namespace, tmp_path, "--yes", "--concurrency", "1")
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        next(told for told in process.stdout if "to be Ready" in told)
        process.send_signal(signal.SIGINT)
        next(told for told in process.stderr if "a second one ends it now" in told)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    journal = tmp_path / "journal.jsonl"
    assert process.returncode == 130
    assert told.endswith(f"ended at once: run it again, and it goes on from {journal}\n")
    done = recreate(control_plane, namespace, tmp_path, "--yes")
    assert f"Going on from {journal}; the last to begin was " in done.stderr, done.stderr
    assert versions_in(control_plane, namespace) == {"1.1.0": 12, "1.0.0": 2}
    assert done.stdout.endswith("\nLeft out: 2 TemplatePinsVersion; --dry-run tells why\n")


def test_without_a_terminal_somebody_has_to_say_yes(
    control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    stage_old_cluster(control_plane, namespace, Size(guarded=1, free=0, stateful=0, single=0, jobs=0, bare=1))
    line = command(control_plane, namespace, tmp_path, "--bare", "export")
    done = subprocess.run(
        line,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, "--yes does it without asking" in done.stderr) == (2, True)
    manifest = json.loads((tmp_path / f"{namespace}.bare-0.pod.json").read_text())
    assert manifest["metadata"]["name"] == "bare-0"
    assert "status" not in manifest
    assert versions_in(control_plane, namespace) == {"1.0.0": 7}
