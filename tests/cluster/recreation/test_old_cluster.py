"""A cluster of the past is made ready by the command, and by hand where the plan says so; nobody is the worse for it.

Its StatefulSets and bare pods end as ``staging.ending_by_uid`` tells.
"""

import json
import time
from pathlib import Path

import pytest

from tests.cluster import staging
from tests.cluster.control_plane import ControlPlane
from tests.cluster.recreation.commanding import recreate
from tests.cluster.recreation.staging import LARGE, MADE_ANEW, SMALL, Size, one_at_a_time, stage_old_cluster
from tests.cluster.recreation.test_staging import versions_in
from tests.cluster.recreation.watching_pods import watching_pods
from tests.cluster.upgrades.kinds import ALI, asking, define
from tests.cluster.upgrades.staging import eve


def mend_by_hand(control_plane: ControlPlane, namespace: str) -> None:
    """Do what the plan leaves to people: take out what pins a version, and give up the Jobs."""
    nothing = {"labels": {staging.PLATFORM: None}, "annotations": None}
    patch = json.dumps({"spec": {"template": {"metadata": nothing}}})
    control_plane.kubectl("patch", "deployment", "pinned-0", "-n", namespace, "--type=merge", f"--patch={patch}")
    control_plane.kubectl("delete", "jobs", "--all", "-n", namespace)
    control_plane.wait_until("the old pods to be gone", lambda: set(versions_in(control_plane, namespace)) == {"1.1.0"})


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(SMALL, id="40 pods", marks=pytest.mark.timeout(300, func_only=True)),
        pytest.param(LARGE, id="300 pods", marks=[pytest.mark.long, pytest.mark.timeout(900, func_only=True)]),
    ],
)
def test_it_becomes_ready_with_no_budget_broken_and_may_be_upgraded(
    control_plane: ControlPlane, namespace: str, tmp_path: Path, size: Size
) -> None:
    define(control_plane)
    upgrade = asking(ALI, namespace, 26)
    with eve(control_plane, namespace, tmp_path, pods=0) as staged:
        stage_old_cluster(control_plane, namespace, size)
        staged.await_readiness("NotReady")
        assert "PodsUnfit" in staged.kubectl("create", obj=upgrade).stderr

        with watching_pods(control_plane, namespace) as witness:
            old, began = witness.had(*MADE_ANEW), time.monotonic()
            done = recreate(control_plane, namespace, tmp_path, "--yes", "--bare", "recreate")
            took = time.monotonic() - began
        by_hand = 2 + 2 * size.jobs
        made_anew = size.pods - by_hand
        verdict = f"Not ready: {by_hand} of {size.pods} ECI pods cannot run under Kubernetes 1.26"
        assert done.returncode == 3, done.stderr
        assert f"{made_anew - size.single} made anew, {size.single} made anew by a restart" in done.stdout, done.stdout
        assert "Deployment/pinned-0   TemplatePinsVersion" in done.stdout
        left = f"Left out: {2 * size.jobs} Job, 2 TemplatePinsVersion; --dry-run tells why"
        assert done.stdout.splitlines()[-2:] == [f"{verdict}, {size.pods} could not before", left]
        assert witness.gone == old
        assert witness.broken == {}
        assert one_at_a_time(witness.missed), witness.missed

        mend_by_hand(control_plane, namespace)
        again = recreate(control_plane, namespace, tmp_path, "--yes")
        assert again.returncode == 0, again.stdout + again.stderr
        assert versions_in(control_plane, namespace) == {"1.1.0": size.pods - 2 * size.jobs}
        staged.await_readiness("Ready")
        accepted = staged.kubectl("create", obj=upgrade)
        assert (accepted.returncode, accepted.stderr) == (0, "")
    events = [json.loads(line)["event"] for line in (tmp_path / "journal.jsonl").read_text().splitlines()]
    assert (events.count("Evicted"), events.count("Replaced")) == (made_anew - size.single, made_anew)
    noted = control_plane.kubectl("get", "events", "-n", namespace, "--output=jsonpath={.items[*].reason}").stdout
    assert "Recreating" in noted
    workloads = len(witness.missed) + size.single
    print(f"\nOn {control_plane.version}: {made_anew} pods of {workloads} workloads in {took:.0f} s")
