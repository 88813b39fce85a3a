"""Pods come, run and go on the nodes that KWOK plays as they do on ACK's."""

from collections.abc import Mapping

import pytest

from tests.cluster import staging
from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import Filling, Json, age_pods, fill
from tests.cluster.nodes import ON_VIRTUAL_NODES, ORDINARY_NODES, VIRTUAL_NODES
from webhook.policy.pod_document import ACS_INSTANCE_ID, INSTANCE_ID, PLATFORM_VERSION

ACCEPTED, TOO_MANY_REQUESTS = 201, 429


def pods_in(control_plane: ControlPlane, namespace: str) -> list[Json]:
    with control_plane.client() as client:
        found: list[Json] = client.get(f"/api/v1/namespaces/{namespace}/pods").raise_for_status().json()["items"]
        return found


def annotations_in(control_plane: ControlPlane, namespace: str) -> list[Mapping[str, str]]:
    return [pod["metadata"].get("annotations", {}) for pod in pods_in(control_plane, namespace)]


def create_pod(control_plane: ControlPlane, namespace: str, labels: Mapping[str, str]) -> None:
    spec = {"containers": [{"name": "main", "image": "registry.invalid/web:1"}], "restartPolicy": "Never"}
    pod = {"metadata": {"name": "one", "labels": dict(labels)}, "spec": spec | ON_VIRTUAL_NODES}
    with control_plane.client() as client:
        client.post(f"/api/v1/namespaces/{namespace}/pods", json=pod).raise_for_status()


def evict(control_plane: ControlPlane, namespace: str, name: str) -> int:
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name, "namespace": namespace}}
    with control_plane.client() as client:
        return client.post(f"/api/v1/namespaces/{namespace}/pods/{name}/eviction", json=eviction).status_code


def test_a_pod_for_virtual_nodes_runs_there_with_an_instance_of_the_current_platform(
    every_control_plane: ControlPlane, namespace: str
) -> None:
    fill(every_control_plane, Filling(workloads=2, pods_each=3, namespaces=(namespace,)))
    pods = pods_in(every_control_plane, namespace)
    assert len(pods) == 6
    assert {pod["status"]["phase"] for pod in pods} == {"Running"}
    assert {pod["spec"]["nodeName"] for pod in pods} <= set(VIRTUAL_NODES)
    assert {pod["metadata"]["annotations"][PLATFORM_VERSION] for pod in pods} == {"1.1.0"}
    instances = {pod["metadata"]["annotations"][INSTANCE_ID] for pod in pods}
    assert len(instances) == 6
    assert all(instance.startswith("eci-") for instance in instances)


def test_a_pod_for_ordinary_nodes_runs_there_with_no_annotation(
    every_control_plane: ControlPlane, namespace: str
) -> None:
    fill(every_control_plane, Filling(workloads=1, pods_each=3, namespaces=(namespace,), on_virtual_nodes=False))
    pods = pods_in(every_control_plane, namespace)
    assert {pod["spec"]["nodeName"] for pod in pods} <= set(ORDINARY_NODES)
    assert not any(pod["metadata"].get("annotations") for pod in pods)


@pytest.mark.parametrize(("staged", "version"), [("1.0.0", "1.0.0"), ("unset", None)])
def test_the_platform_of_the_past_can_be_staged(
    every_control_plane: ControlPlane, namespace: str, staged: str, version: str | None
) -> None:
    labels = {staging.PLATFORM: staged}
    fill(every_control_plane, Filling(workloads=1, pods_each=2, namespaces=(namespace,), labels=labels))
    for annotations in annotations_in(every_control_plane, namespace):
        assert annotations[INSTANCE_ID].startswith("eci-")
        assert annotations.get(PLATFORM_VERSION) == version


def test_what_a_pod_declares_is_overridden_by_the_platform(every_control_plane: ControlPlane, namespace: str) -> None:
    declared = {PLATFORM_VERSION: "1.0.0", "team": "a"}
    fill(every_control_plane, Filling(workloads=1, pods_each=1, namespaces=(namespace,), annotations=declared))
    (annotations,) = annotations_in(every_control_plane, namespace)
    assert (annotations[PLATFORM_VERSION], annotations["team"]) == ("1.1.0", "a")


def test_an_acs_pod_on_a_virtual_node_has_no_eci_instance(every_control_plane: ControlPlane, namespace: str) -> None:
    labels = {"alibabacloud.com/acs": "true"}
    fill(every_control_plane, Filling(workloads=1, pods_each=1, namespaces=(namespace,), labels=labels))
    (annotations,) = annotations_in(every_control_plane, namespace)
    assert annotations[ACS_INSTANCE_ID].startswith("acs-")
    assert not {INSTANCE_ID, PLATFORM_VERSION} & set(annotations)


def test_a_budget_refuses_evictions_and_a_granted_one_brings_a_replacement_of_the_current_platform(
    every_control_plane: ControlPlane, namespace: str
) -> None:
    fill(every_control_plane, Filling(workloads=1, pods_each=2, namespaces=(namespace,)))
    assert age_pods(every_control_plane, namespace, "1.0.0") == 2
    assert [one[PLATFORM_VERSION] for one in annotations_in(every_control_plane, namespace)] == ["1.0.0", "1.0.0"]
    first, second = (pod["metadata"]["name"] for pod in pods_in(every_control_plane, namespace))
    budget = ["create", "poddisruptionbudget", "web", "--namespace", namespace, "--selector=app=web"]
    every_control_plane.kubectl(*budget, "--min-available=2")
    every_control_plane.wait_until(
        "the budget to count", lambda: evict(every_control_plane, namespace, first) == TOO_MANY_REQUESTS
    )

    every_control_plane.kubectl("delete", "poddisruptionbudget", "web", "--namespace", namespace)
    every_control_plane.wait_until(
        "the eviction to be granted", lambda: evict(every_control_plane, namespace, first) == ACCEPTED
    )

    def replaced() -> bool:
        left = {pod["metadata"]["name"]: pod for pod in pods_in(every_control_plane, namespace)}
        return first not in left and [pod["status"]["phase"] for pod in left.values()] == ["Running", "Running"]

    every_control_plane.wait_until("the replacement to run", replaced)
    versions = {
        pod["metadata"]["name"]: pod["metadata"]["annotations"][PLATFORM_VERSION]
        for pod in pods_in(every_control_plane, namespace)
    }
    assert versions.pop(second) == "1.0.0"
    assert list(versions.values()) == ["1.1.0"]


@pytest.mark.parametrize("end", ["Succeeded", "Failed"])
def test_a_pod_can_be_staged_to_end(every_control_plane: ControlPlane, namespace: str, end: str) -> None:
    create_pod(every_control_plane, namespace, {staging.END: end})
    every_control_plane.wait_until(
        f"the pod to be {end}", lambda: pods_in(every_control_plane, namespace)[0]["status"]["phase"] == end
    )


def test_a_pod_can_be_staged_to_stay_pending_on_its_node(every_control_plane: ControlPlane, namespace: str) -> None:
    create_pod(every_control_plane, namespace, {staging.START: "never"})
    every_control_plane.wait_until(
        "the pod to be bound", lambda: "nodeName" in pods_in(every_control_plane, namespace)[0]["spec"]
    )
    (pod,) = pods_in(every_control_plane, namespace)
    assert pod["status"]["phase"] == "Pending"
    assert not pod["metadata"].get("annotations")


def test_a_pod_can_be_staged_to_stay_terminating(every_control_plane: ControlPlane, namespace: str) -> None:
    create_pod(every_control_plane, namespace, {staging.DELETION: "never"})
    every_control_plane.wait_until(
        "the pod to run", lambda: pods_in(every_control_plane, namespace)[0]["status"]["phase"] == "Running"
    )
    every_control_plane.kubectl("delete", "pod", "one", "--namespace", namespace, "--wait=false")
    (pod,) = pods_in(every_control_plane, namespace)
    assert pod["metadata"]["deletionTimestamp"]
    every_control_plane.kubectl("delete", "pod", "one", "--namespace", namespace, "--force", "--grace-period=0")
    assert not pods_in(every_control_plane, namespace)
