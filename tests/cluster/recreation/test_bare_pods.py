"""A bare pod is saved, evicted, created again, and runs: the new one as the old, but for what the platform wrote."""

import json
from typing import Any

import pytest

from tests.cluster import staging
from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import age_pods
from tests.cluster.recreation.objects import POD_SPEC, make, make_bare_pod, planned, ready_pods, until
from webhook.cluster.recreating import RecreatingCluster
from webhook.recreation.seams import Eviction

pytestmark = pytest.mark.anyio

LABELS = {"app": "batch"}


async def test_it_comes_back_on_the_current_platform_as_it_was(
    every_control_plane: ControlPlane, namespace: str, cluster: RecreatingCluster
) -> None:
    pod = staging.ending_by_uid({"metadata": {"labels": LABELS, "annotations": {"team": "a"}}, "spec": POD_SPEC})
    bare = make(every_control_plane, namespace, "Pod", "bare", pod)
    await ready_pods(cluster, bare, 1)
    age_pods(every_control_plane, namespace, "1.0.0")
    await until(cluster, lambda: [pod.platform_version for pod in cluster.pods_of(bare)] == ["1.0.0"])
    (old,) = cluster.pods_of(bare)
    before = read(every_control_plane, namespace)

    manifest = await cluster.save(planned(old))
    assert manifest
    assert (await cluster.evict(planned(old))).eviction is Eviction.ACCEPTED
    await until(cluster, lambda: not cluster.pods_of(bare))
    assert not cluster.alive(bare)
    assert await cluster.save(planned(old)) is None
    assert await cluster.create(manifest) == ""
    assert await cluster.create(manifest) == ""  # as after being killed in between

    (new,) = await ready_pods(cluster, bare, 1)
    assert new.uid != old.uid
    assert new.platform_version == "1.1.0"
    after = read(every_control_plane, namespace)
    written = {one: pod["metadata"][one] for one in ("labels", "annotations")}
    assert metadata_of(after) == metadata_of(before) == written
    assert spec_of(after) == spec_of(before)
    assert await cluster.save(planned(old)) is None
    again = await cluster.save(planned(new))
    assert again
    assert json.loads(again)["spec"] == json.loads(manifest)["spec"]


async def test_what_is_saved_is_what_was_written(
    every_control_plane: ControlPlane, namespace: str, cluster: RecreatingCluster
) -> None:
    bare = make_bare_pod(every_control_plane, namespace, labels=LABELS)
    (pod,) = await ready_pods(cluster, bare, 1)
    saved = json.loads(await cluster.save(planned(pod)) or "")
    assert metadata_of(saved) == {"labels": LABELS, "annotations": {}}
    assert saved["metadata"].keys() == {"name", "namespace", "labels"}
    assert not {"nodeName", "priority", "preemptionPolicy", "serviceAccount", "volumes"} & set(saved["spec"])
    assert not any("volumeMounts" in container for container in saved["spec"]["containers"])
    assert saved["spec"]["tolerations"] == [{"key": "virtual-kubelet.io/provider", "operator": "Exists"}]
    every_control_plane.kubectl("apply", "--dry-run=server", "--validate=true", "-f", "-", input=json.dumps(saved))


async def test_while_the_old_pod_is_on_its_way_out_its_name_is_not_free(
    every_control_plane: ControlPlane, namespace: str, cluster: RecreatingCluster
) -> None:
    bare = make_bare_pod(every_control_plane, namespace, labels={staging.DELETION: "never"})
    (pod,) = await ready_pods(cluster, bare, 1)
    manifest = await cluster.save(planned(pod))
    assert manifest
    assert (await cluster.evict(planned(pod))).eviction is Eviction.ACCEPTED
    await until(cluster, lambda: [one.deleting for one in cluster.pods_of(bare)] == [True])
    assert "object is being deleted" in await cluster.create(manifest)
    every_control_plane.kubectl("delete", "pod", "bare", "-n", namespace, "--force", "--grace-period=0")
    await until(cluster, lambda: not cluster.pods_of(bare))
    assert await cluster.create(manifest) == ""


def read(control_plane: ControlPlane, namespace: str) -> Any:
    with control_plane.client() as client:
        return client.get(f"/api/v1/namespaces/{namespace}/pods/bare").raise_for_status().json()


def metadata_of(pod: Any) -> Any:
    """Without what the platform wrote, nor the zone that Kubernetes 1.37 copies from the node, over any other."""
    metadata = pod["metadata"]
    annotations = metadata.get("annotations", {}).items()
    return {
        "labels": {key: value for key, value in metadata["labels"].items() if key != "topology.kubernetes.io/zone"},
        "annotations": {key: value for key, value in annotations if not key.startswith("k8s.aliyun.com/")},
    }


def spec_of(pod: Any) -> Any:
    """Without where the scheduler put it, and the name that admission gave its token's volume."""
    tokens = [volume["name"] for volume in pod["spec"]["volumes"]]
    text = json.dumps({key: value for key, value in pod["spec"].items() if key != "nodeName"})
    for token in tokens:
        text = text.replace(token, "token")
    return json.loads(text)
