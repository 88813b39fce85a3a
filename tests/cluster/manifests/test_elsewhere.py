"""The guard in a management cluster, as the overlay of the examples installs it, over the pods of another cluster."""

import re
import secrets
from pathlib import Path

import httpx2

from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import Filling, age_pods, fill
from tests.cluster.identities import guard_kubeconfig
from tests.cluster.manifests.behind_service import ACCOUNT, behind_service
from tests.cluster.manifests.installing import installed
from tests.cluster.manifests.overlays import MANIFESTS, built
from tests.cluster.manifests.rights import given, of, used

OVERLAY = MANIFESTS / "examples/overlays/management-cluster"


def test_it_knows_the_pods_of_the_other_cluster_and_may_read_none_of_its_own(
    both_control_planes: tuple[ControlPlane, ControlPlane], tmp_path: Path
) -> None:
    managing, other = both_control_planes
    name = f"test-{secrets.token_hex(4)}"
    fill(other, Filling(workloads=1, pods_each=2, namespaces=(name,)))
    assert age_pods(other, name, "1.0.0") == 2
    before = len(list(of(managing, ACCOUNT)))
    kubeconfig = str(guard_kubeconfig(other))
    with (
        installed(managing, OVERLAY),
        behind_service(managing, tmp_path, OVERLAY, inventory_kubeconfig=kubeconfig) as one,
    ):
        metrics = httpx2.get(f"http://{one.host}:8080/metrics", trust_env=False).text
        rights = given(built(managing, OVERLAY))
        events = list(of(managing, ACCOUNT))[before:]
    other.kubectl("delete", "namespace", name, "--wait=false")
    # Pods of other tests may be there as well; in the cluster that it runs in there is none that it may know.
    found = re.search(r'eci_pods\{platform_version="1.0.0",verdict="Incompatible"\} (\d+)', metrics)
    assert found
    assert int(found[1]) >= 2
    assert events
    assert [event for event in events if event["responseStatus"]["code"] == 403] == []
    tied = {right[:3] for right in rights if right.name}
    assert not {right for right in used(events, tied) if right not in rights}
