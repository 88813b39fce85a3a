"""The command on a real control plane: from pods of the past to a cluster that is ready, and what stops it on the way.

Deployments alone: KWOK plays kubelets by the names of pods, and may take a new pod of an old name for the old one.
"""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from tests.cluster import staging
from tests.cluster.control_plane import ControlPlane
from tests.cluster.guarding import write_policy
from tests.cluster.recreation.objects import make_workload
from tests.cluster.recreation.staging import Size, stage_old_cluster
from tests.cluster.recreation.test_staging import versions_in
from tests.cluster.recreation.watching_budgets import watching_budgets
from tests.cluster.upgrades.kinds import ALI, asking, define
from tests.cluster.upgrades.staging import eve
from tests.server.running_guard import ROOT

SOME = Size(guarded=2, free=1, stateful=0, single=1, jobs=0, bare=0)
"""12 pods, and 2 whose template is pinned."""


def command(control_plane: ControlPlane, namespace: str, folder: Path, *options: str) -> list[str]:
    where = ["--kubeconfig", str(control_plane.kubeconfig), "-n", namespace, "--journal", str(folder / "journal.jsonl")]
    target = [] if "--policy" in options else ["--target", "1.26"]
    return [sys.executable, "-m", "webhook", "recreate", *where, *target, "--timeout", "60s", *options]


def recreate(
    control_plane: ControlPlane, namespace: str, folder: Path, *options: str
) -> subprocess.CompletedProcess[str]:
    line = command(control_plane, namespace, folder, *options)
    return subprocess.run(line, capture_output=True, text=True, check=False, cwd=ROOT, timeout=120)


def mend_template(control_plane: ControlPlane, namespace: str) -> None:
    """Take out what pins the version, as the plan says."""
    nothing = {"labels": {staging.PLATFORM: None}, "annotations": None}
    patch = json.dumps({"spec": {"template": {"metadata": nothing}}})
    control_plane.kubectl("patch", "deployment", "pinned-0", "-n", namespace, "--type=merge", f"--patch={patch}")
    control_plane.kubectl("rollout", "status", "deployment/pinned-0", "-n", namespace, "--timeout=30s")
    control_plane.wait_until("the old pods to be gone", lambda: "1.0.0" not in versions_in(control_plane, namespace))


@pytest.mark.timeout(150, func_only=True)
def test_a_cluster_becomes_ready_and_no_budget_is_broken(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    stage_old_cluster(every_control_plane, namespace, SOME)
    with watching_budgets(every_control_plane, namespace) as budgets:
        done = recreate(every_control_plane, namespace, tmp_path, "--yes")
    assert done.returncode == 3, done.stderr
    assert "11 made anew, 1 made anew by a restart" in done.stdout
    assert "Deployment/pinned-0   TemplatePinsVersion" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("Not ready: 2 of 14 ECI pods cannot run under Kubernetes 1.26, 14")
    assert ([one for one in budgets.broken if not one.name.startswith("single")], budgets.gaps) == ([], 0)
    events = [json.loads(line)["event"] for line in (tmp_path / "journal.jsonl").read_text().splitlines()]
    assert events[0] == "Begun"
    assert (events.count("Evicted"), events.count("Replaced")) == (11, 12)
    mend_template(every_control_plane, namespace)
    again = recreate(every_control_plane, namespace, tmp_path, "--yes")
    assert (again.returncode, versions_in(every_control_plane, namespace)) == (0, {"1.1.0": 14})
    noted = every_control_plane.kubectl("get", "events", "-n", namespace, "--output=jsonpath={.items[*].reason}").stdout
    assert "Recreating" in noted


@pytest.mark.timeout(120, func_only=True)
def test_an_upgrade_that_was_denied_before_is_accepted_after(
    control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    define(control_plane)
    with eve(control_plane, namespace, tmp_path) as staged:
        staged.age()
        denied = staged.kubectl("create", obj=asking(ALI, namespace, 26))
        assert "PodsUnfit" in denied.stderr
        done = recreate(control_plane, namespace, tmp_path, "--yes")
        assert done.returncode == 0, done.stdout + done.stderr
        staged.await_readiness("Ready")
        accepted = staged.kubectl("create", obj=asking(ALI, namespace, 26))
        assert (accepted.returncode, accepted.stderr) == (0, "")


@pytest.mark.timeout(240, func_only=True)
def test_a_run_that_is_killed_again_and_again_comes_to_its_end(
    control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    stage_old_cluster(control_plane, namespace, SOME)
    moments = random.Random(26)
    with watching_budgets(control_plane, namespace) as budgets:
        for _ in range(5):
            line = command(control_plane, namespace, tmp_path, "--yes")
            with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT) as process:
                time.sleep(moments.uniform(1.0, 3.0))  # loading takes the first of these
                process.kill()
        done = recreate(control_plane, namespace, tmp_path, "--yes")
    assert ([one for one in budgets.broken if not one.name.startswith("single")], budgets.gaps) == ([], 0)
    assert done.returncode == 3, done.stdout + done.stderr
    assert versions_in(control_plane, namespace) == {"1.1.0": 12, "1.0.0": 2}


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
    assert yaml.safe_load(Path(policy).read_text())
    closed = recreate(control_plane, namespace, tmp_path, "--yes", "--policy", policy)
    assert (closed.returncode, "--outside-window REASON" in closed.stderr) == (5, True)
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
