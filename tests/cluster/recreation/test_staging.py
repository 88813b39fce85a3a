"""The staged cluster is as old as it says, and a broken budget does not go unseen."""

from collections import Counter

import pytest

from tests.cluster.control_plane import ControlPlane
from tests.cluster.following.test_report import report
from tests.cluster.recreation.staging import LARGE, SMALL, stage_old_cluster
from tests.cluster.recreation.watching_pods import watching_pods
from webhook.policy.pod_document import PLATFORM_VERSION


def versions_in(control_plane: ControlPlane, namespace: str) -> Counter[str | None]:
    with control_plane.client() as client:
        pods = client.get(f"/api/v1/namespaces/{namespace}/pods").raise_for_status().json()["items"]
    return Counter(pod["metadata"].get("annotations", {}).get(PLATFORM_VERSION) for pod in pods)


def test_it_has_the_sizes_it_is_named_for() -> None:
    assert (SMALL.pods, LARGE.pods) == (40, 300)


@pytest.mark.long
@pytest.mark.timeout(180, func_only=True)
def test_all_its_pods_are_old_and_a_pod_that_is_deleted_past_its_budget_is_told(
    every_control_plane: ControlPlane, namespace: str
) -> None:
    made = stage_old_cluster(every_control_plane, namespace, SMALL)
    assert len(made) == 17
    versions = versions_in(every_control_plane, namespace)
    assert versions.keys() == {"1.0.0", None}
    assert versions.total() == 40
    assert report(every_control_plane, "-n", namespace).returncode == 3

    with watching_pods(every_control_plane, namespace) as witness:
        every_control_plane.kubectl("rollout", "restart", "deployment/single-0", "-n", namespace)
        every_control_plane.kubectl("rollout", "status", "deployment/single-0", "-n", namespace)
    assert witness.broken == {}
    assert len(witness.gone) == 1

    with watching_pods(every_control_plane, namespace) as witness:
        every_control_plane.kubectl("delete", "pod", "-l", "app=guarded-0", "-n", namespace)
    assert witness.broken.keys() == {"guarded-0"}
