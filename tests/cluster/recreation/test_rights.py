"""Whoever runs the command may do what the example's role lets him: that is enough, and none of it too much."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.cluster import staging
from tests.cluster.access.accounts import Accounts
from tests.cluster.control_plane import ControlPlane
from tests.cluster.manifests.overlays import MANIFESTS
from tests.cluster.manifests.rights import given, of, used
from tests.cluster.recreation.commanding import recreate
from tests.cluster.recreation.objects import make_workload
from tests.cluster.recreation.staging import Size, stage_old_cluster
from tests.server.running_guard import ROOT

ROLE = MANIFESTS / "examples/recreate/cluster-role.yaml"
NAME = "eci-upgrade-guard-recreate"
WHO = "anna"
"""Behind the context "user"; of her the audit log has everything."""


@pytest.fixture
def _bound(control_plane: ControlPlane) -> Iterator[None]:
    kubectl = control_plane.kubectl
    kubectl("apply", "-f", str(ROLE))
    kubectl("create", "clusterrolebinding", NAME, f"--clusterrole={NAME}", f"--user={WHO}")
    may = ["auth", "can-i", "create", "pods", f"--as={WHO}"]
    control_plane.wait_until("the binding to be heard of", lambda: not kubectl(*may, check=False).returncode)
    yield
    kubectl("delete", f"clusterrole/{NAME}", f"clusterrolebinding/{NAME}")


def test_without_the_right_to_evict_nothing_is_begun_and_the_role_is_named(
    every_control_plane: ControlPlane, namespace: str, accounts: Accounts, tmp_path: Path
) -> None:
    accounts.make("onlooker")
    accounts.bind("onlooker", "view")
    accounts.wait_until_may("onlooker", "list", "poddisruptionbudgets.policy")
    make_workload(every_control_plane, namespace, labels={staging.PLATFORM: "1.0.0"})
    every_control_plane.kubectl("rollout", "status", "deployment/web", "-n", namespace, "--timeout=30s")
    who = ["--kubeconfig", str(accounts.kubeconfig("onlooker"))]
    dry = recreate(every_control_plane, namespace, tmp_path, "--dry-run", *who)
    done = recreate(every_control_plane, namespace, tmp_path, "--yes", *who)
    assert (dry.returncode, done.returncode) == (3, 1), dry.stderr + done.stderr
    for one, words in ((dry, "it would not be begun"), (done, "not begun")):
        assert f'{words}: User "' in one.stderr, one.stderr
        assert f'cannot create resource "pods/eviction" in API group "" in the namespace "{namespace}"' in one.stderr
        assert one.stderr.endswith(f": {ROLE.relative_to(ROOT)} gives that right\n")
        assert one.stderr.count("cannot create") == 1
    assert not (tmp_path / "journal.jsonl").exists()


@pytest.mark.usefixtures("_bound")
def test_the_rights_that_the_example_gives_are_those_that_are_used(
    control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    """After pods were evicted, restarted, and created again."""
    stage_old_cluster(control_plane, namespace, Size(guarded=1, free=0, stateful=1, single=1, jobs=0, bare=1))
    before = len([*of(control_plane, WHO)])
    done = recreate(control_plane, namespace, tmp_path, "--context", "user", "--yes", "--bare", "recreate")
    assert "8 made anew, 1 made anew by a restart" in done.stdout, done.stdout + done.stderr
    assert "not examined" not in done.stderr
    events = [*of(control_plane, WHO)][before:]
    assert used(events, set()) == given(yaml.safe_load_all(ROLE.read_text()), NAME)
    assert [event for event in events if event["responseStatus"]["code"] == 403] == []
