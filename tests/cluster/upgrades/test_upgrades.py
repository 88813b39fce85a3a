"""Upgrades that real API servers ask the guard about, of kinds old and new."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cluster.control_plane import ControlPlane
from tests.cluster.guarding import answers_in
from tests.cluster.upgrades.kinds import ALI, KINDS, Kind, asking, define
from tests.cluster.upgrades.staging import eve

WRITERS = 10


@pytest.fixture(autouse=True)
def _kinds(every_control_plane: ControlPlane) -> None:
    define(every_control_plane)


@pytest.mark.timeout(180, func_only=True)
def test_every_kind_is_denied_while_pods_are_unfit_and_allowed_once_they_are_recreated(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    with eve(every_control_plane, namespace, tmp_path) as staged:
        staged.age()
        for kind in KINDS:
            for version in kind.served:
                denied = staged.kubectl("create", obj=asking(kind, namespace, 26, version=version))
                assert denied.returncode == 1, denied.stdout
                assert 'admission webhook "upgrades.eci-upgrade-guard.io" denied the request' in denied.stderr
            created = staged.kubectl("create", obj=asking(kind, namespace, 24))
            assert (created.returncode, created.stderr) == (0, ""), created.stderr
            denied = staged.rise(kind, 26)
            assert denied.returncode == 1
            assert "asks for Kubernetes 1.26" in denied.stderr
        staged.recreate()
        for kind in KINDS:
            risen = staged.rise(kind, 26)
            assert (risen.returncode, risen.stderr) == (0, ""), risen.stderr
            _delete(every_control_plane, kind, namespace)


def test_a_denial_tells_all_that_a_person_needs_at_three_in_the_morning(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    with eve(every_control_plane, namespace, tmp_path, pods=12) as staged:
        staged.age()
        staged.kubectl("create", obj=asking(ALI, namespace, 24), check=True)
        said = staged.rise(ALI, 26).stderr
        first, *lines = said.splitlines()
        assert (
            f"AliClusterConfig {namespace}/{namespace} asks for Kubernetes 1.26 (spec.kubernetesVersion, 1.24 runs): "
            "12 ECI pods in 1 workload cannot run there (PodsUnfit)."
        ) in first
        assert [
            line.startswith(f"  {namespace}/web-0-") and "PlatformVersionTooOld" in line for line in lines[:10]
        ] == [True] * 10
        assert lines[10] == "  and 2 more"
        assert lines[11].startswith("That is what the cluster said ")
        assert lines[12].startswith(
            "Next: eci-upgrade-guard recreate --target 1.26 makes these pods anew; then ask again"
        )
        assert "annotate it with eci-upgrade-guard.io/override" in lines[13]


@pytest.mark.parametrize("mode", ["Warn", "Audit"])
def test_a_guard_that_warns_lets_the_upgrade_go_on(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path, mode: str
) -> None:
    with eve(every_control_plane, namespace, tmp_path, modes={"upgrades": mode}) as staged:
        staged.age()
        created = staged.kubectl("create", obj=asking(ALI, namespace, 26))
        assert created.returncode == 0
        warned = "Warning: asks for Kubernetes 1.26 (1.24 runs): 2 ECI pods in 1 workload cannot run there (PodsUnfit)"
        assert (warned in created.stderr) == (mode == "Warn")


def test_a_hub_object_that_nobody_claims_is_created_with_a_warning(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    with eve(every_control_plane, namespace, tmp_path, thisCluster={"version": "1.24"}) as staged:
        staged.age()
        created = staged.kubectl("create", obj=asking(ALI, namespace, 26))
        assert created.returncode == 0
        assert "was not judged: thisCluster.objects does not claim it (NotClaimed)" in created.stderr


def test_updates_of_status_and_labels_are_allowed_and_where_there_are_conditions_they_never_reach_the_guard(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    with eve(every_control_plane, namespace, tmp_path) as staged:
        staged.age()
        for kind in KINDS:
            staged.kubectl("create", obj=asking(kind, namespace, 24), check=True)
            for number in range(3):
                staged.patch(kind, {"metadata": {"labels": {"number": str(number)}}}, check=True)
            where = ["-n", namespace] if kind.scope == "Namespaced" else []
            status = json.dumps({"status": asking(kind, namespace, 30)["spec"]})
            path = ["patch", kind.name, namespace, *where, "--type=merge", "-p", status]
            staged.kubectl(*path, "--subresource=status", check=True)
            _delete(every_control_plane, kind, namespace)
        _, log = staged.guard.stop()
    calls = len(KINDS) if every_control_plane.version == "1.37" else 4 * len(KINDS)
    assert answers_in(log) == {"allowed": calls}


def test_ten_writers_at_once_get_ten_denials_and_never_a_wrong_allow(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    with eve(every_control_plane, namespace, tmp_path) as staged:
        staged.age()
        staged.kubectl("create", obj=asking(ALI, namespace, 24), check=True)
        patch = asking(ALI, namespace, 26)["spec"]
        path = f"/apis/{ALI.group}/v1/namespaces/{namespace}/{ALI.plural}/{namespace}"
        headers = {"Content-Type": "application/merge-patch+json"}
        body = json.dumps({"spec": patch})
        with every_control_plane.client() as client, ThreadPoolExecutor(WRITERS) as threads:
            codes = list(
                threads.map(
                    lambda _: client.patch(path, content=body, headers=headers).status_code, range(20 * WRITERS)
                )
            )
        assert set(codes) == {403}
        found = json.loads(staged.kubectl("get", ALI.name, namespace, "-n", namespace, "-o", "json").stdout)
        assert found["spec"]["kubernetesVersion"] == "1.24.3-aliyun.1"


def _delete(control_plane: ControlPlane, kind: Kind, namespace: str) -> None:
    where = ["-n", namespace] if kind.scope == "Namespaced" else []
    control_plane.kubectl("delete", kind.name, namespace, *where)
