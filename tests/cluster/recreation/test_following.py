"""What recreation is told of pods and workloads while they come and go in a real cluster."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import MERGE_PATCH
from tests.cluster.recreation.objects import POD_SPEC, make_bare_pod, make_workload, planned, ready_pods, uids, until
from webhook.cluster.credentials import Credentials
from webhook.cluster.recreating import RecreatingCluster, connect_for_recreation
from webhook.inventory.source import SourceFailed
from webhook.recreation.plan import WorkloadRef
from webhook.recreation.seams import Eviction

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"])
async def test_each_pod_that_a_workload_makes_is_known_by_its_top_owner(
    every_control_plane: ControlPlane, namespace: str, cluster: RecreatingCluster, kind: str
) -> None:
    web = make_workload(every_control_plane, namespace, kind)
    pods = await ready_pods(cluster, web, 2)
    assert {pod.owner_uid for pod in pods} == {web.uid}
    assert {pod.platform_version for pod in pods} == {"1.1.0"}
    assert all(pod.instance_id.startswith("eci-") for pod in pods)
    assert cluster.alive(web)
    assert cluster.wanted(web) == (None if kind == "ReplicaSet" else 2)
    assert uids(cluster.pods_of(web)) == uids(filter(None, (cluster.pod(pod.uid) for pod in pods)))
    assert cluster.stale_for() == 0


async def test_a_stateful_sets_new_pod_is_another_under_the_same_name(
    every_control_plane: ControlPlane, namespace: str, cluster: RecreatingCluster
) -> None:
    web = make_workload(every_control_plane, namespace, "StatefulSet", 1)
    (old,) = await ready_pods(cluster, web, 1)
    assert (await cluster.evict(planned(old))).eviction is Eviction.ACCEPTED
    await until(cluster, lambda: cluster.pod(old.uid) is None)
    (new,) = await ready_pods(cluster, web, 1)
    assert new.name == old.name
    assert new.uid != old.uid
    assert (await cluster.evict(planned(old))).eviction is Eviction.GONE
    assert uids(await ready_pods(cluster, web, 1)) == [new.uid]


async def test_a_change_is_told_to_all_who_wait(
    every_control_plane: ControlPlane, namespace: str, cluster: RecreatingCluster
) -> None:
    web = make_workload(every_control_plane, namespace)
    await ready_pods(cluster, web, 2)
    waiting = [asyncio.create_task(until(cluster, lambda: cluster.wanted(web) == 3)) for _ in range(10)]
    every_control_plane.kubectl("scale", "deployment", "web", "-n", namespace, "--replicas=3")
    await asyncio.gather(*waiting)
    await ready_pods(cluster, web, 3)


async def test_a_workload_that_goes_takes_its_pods_with_it_and_each_is_told(
    every_control_plane: ControlPlane, namespace: str, cluster: RecreatingCluster
) -> None:
    web = make_workload(every_control_plane, namespace)
    await ready_pods(cluster, web, 2)
    every_control_plane.kubectl("delete", "deployment", "web", "-n", namespace, "--wait=false")
    await until(cluster, lambda: not cluster.alive(web))
    assert cluster.wanted(web) is None
    await until(cluster, lambda: not cluster.pods_of(web))
    again = make_workload(every_control_plane, namespace)
    await ready_pods(cluster, again, 2)
    assert not cluster.alive(web)
    assert not cluster.pods_of(web)


async def test_a_restart_makes_all_pods_anew_once_however_often_it_is_asked_for(
    every_control_plane: ControlPlane, namespace: str, cluster: RecreatingCluster
) -> None:
    web = make_workload(every_control_plane, namespace)
    old = {pod.uid for pod in await ready_pods(cluster, web, 2)}
    at = datetime(2026, 11, 26, 12, 0, 0, 999, tzinfo=UTC)
    assert await cluster.restart(web, at) == ""
    await until(cluster, lambda: not any(map(cluster.pod, old)))
    new = await ready_pods(cluster, web, 2)
    generation = _generation(every_control_plane, web)
    assert await cluster.restart(web, at) == ""
    assert _generation(every_control_plane, web) == generation
    assert uids(await ready_pods(cluster, web, 2)) == uids(new)
    assert await cluster.restart(web, at + timedelta(seconds=1)) == ""
    assert _generation(every_control_plane, web) == generation + 1


async def test_another_deployment_of_the_same_name_is_not_restarted(
    every_control_plane: ControlPlane, namespace: str, cluster: RecreatingCluster
) -> None:
    other = make_workload(every_control_plane, namespace)
    web = structs.replace(other, uid="00000000-0000-0000-0000-000000000000")
    before = _generation(every_control_plane, other)
    assert await cluster.restart(web, datetime.now(UTC)) == "it is gone, and another has its name"
    assert _generation(every_control_plane, other) == before


async def test_what_kept_a_pod_from_being_ready_is_told(
    every_control_plane: ControlPlane, namespace: str, cluster: RecreatingCluster
) -> None:
    nowhere = {"nodeSelector": {"type": "nowhere"}}
    with every_control_plane.client() as client:
        client.post(
            f"/api/v1/namespaces/{namespace}/pods", json={"metadata": {"name": "one"}, "spec": POD_SPEC | nowhere}
        ).raise_for_status()
    one = WorkloadRef(namespace=namespace, kind="Pod", name="one", uid="")
    await until(cluster, lambda: [pod for pod in cluster.pods_of(one) if pod.trouble.startswith("Unschedulable: 0/5")])
    path = f"/api/v1/namespaces/{namespace}/pods/one/status"
    waiting = {"reason": "ImagePullBackOff", "message": "Back-off pulling image"}
    status = {"containerStatuses": [{"name": "main", "image": "", "imageID": "", "ready": False, "restartCount": 0}]}
    status["containerStatuses"][0]["state"] = {"waiting": waiting}
    with every_control_plane.client() as client:
        client.patch(path, content=json.dumps({"status": status}), headers=MERGE_PATCH).raise_for_status()
    said = "container main: ImagePullBackOff: Back-off pulling image"
    await until(cluster, lambda: [pod for pod in cluster.pods_of(one) if pod.trouble == said])


async def test_a_note_is_shown_with_its_workload(
    every_control_plane: ControlPlane, namespace: str, cluster: RecreatingCluster
) -> None:
    bare = make_bare_pod(every_control_plane, namespace)
    web = make_workload(every_control_plane, namespace)
    for workload in (bare, web):
        await cluster.note(workload, "PodEvicted", f"{workload.name} is made anew,\nfor Kubernetes 1.26 " + "x" * 2000)
        events = every_control_plane.kubectl(
            *["get", "events", "-n", namespace, "-o", "json", "--field-selector", f"involvedObject.uid={workload.uid}"]
        ).stdout
        (note,) = [one for one in json.loads(events)["items"] if one["reason"] == "PodEvicted"]
        assert note["message"].startswith(f"{workload.name} is made anew,\N{REPLACEMENT CHARACTER}for Kubernetes 1.26")
        assert note["source"]["component"] == "eci-upgrade-guard"
        described = every_control_plane.kubectl("describe", workload.kind.lower(), workload.name, "-n", namespace)
        assert "PodEvicted" in described.stdout


async def test_a_cluster_that_may_not_be_read_is_not_begun_with(every_control_plane: ControlPlane) -> None:
    credentials = Credentials(str(every_control_plane.kubeconfig), "user")
    with pytest.raises(SourceFailed, match=r"the API server answered 403 .* cannot list resource"):
        async with connect_for_recreation(credentials):
            pass


def _generation(control_plane: ControlPlane, workload: WorkloadRef) -> int:
    path = f"/apis/apps/v1/namespaces/{workload.namespace}/deployments/{workload.name}"
    with control_plane.client() as client:
        generation: int = client.get(path).raise_for_status().json()["metadata"]["generation"]
        return generation
