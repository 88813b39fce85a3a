"""The night, which all situations share: each is put there, and taken away again."""

import json
import secrets
from collections.abc import Iterator

import pytest

from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import Filling, fill
from tests.cluster.manifests.behind_service import service_address
from tests.cluster.manifests.installing import installed
from tests.cluster.manifests.overlays import FROM_1_28, overlay
from tests.cluster.runbook.kubelet import kubelet
from tests.cluster.runbook.night import Night
from tests.cluster.upgrades.kinds import ALI, asking, define


@pytest.fixture(scope="module")
def night(control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """Two pods run, nothing is wrong, and upgrades wait for the guard."""
    desk, pod, manifests = (tmp_path_factory.mktemp(name) for name in ("desk", "pod", "manifests"))
    namespace = f"test-{secrets.token_hex(4)}"
    fill(control_plane, Filling(workloads=1, pods_each=2, namespaces=(namespace,)))
    define(control_plane)
    control_plane.kubectl("create", "-f", "-", input=json.dumps(asking(ALI, namespace, 24)))
    components = [
        one for one in ("match-conditions", "fail-closed") if control_plane.version != "1.24" or one not in FROM_1_28
    ]
    with (
        installed(control_plane, overlay(manifests, components)),
        kubelet(control_plane, service_address(control_plane), pod) as log,
    ):
        one = Night(
            control_plane=control_plane,
            namespace=namespace,
            overlay=manifests,
            desk=desk,
            mounted=pod / "mounted.yaml",
            log=log,
        )
        one.apply_policy(modes={"pods": "Deny", "workloads": "Warn"})
        one.start()
        one.await_told("[i]readiness Ready")  # pods of other tests go in their own time
        yield one
        one.stop()
    control_plane.kubectl("delete", "namespace", namespace, "--wait=false")
