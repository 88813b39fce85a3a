"""What somebody with all rights in a namespace tries in order to have a pod on an unfit platform version."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.cluster.admission.objects import Json, new_pod
from tests.cluster.control_plane import ControlPlane
from tests.cluster.guarding import guarding, report_of
from tests.cluster.nodes import VIRTUAL_NODES
from tests.cluster.registration import BINDINGS, PODS, registered
from tests.cluster.staging import START
from tests.server.running_guard import RunningGuard
from webhook.policy.evidence import ACS_LABEL
from webhook.policy.pod_document import INSTANCE_ID, PLATFORM_VERSION

UNFIT = {"metadata": {"annotations": {PLATFORM_VERSION: "1.0.0"}}}
NODE = VIRTUAL_NODES[0]


@dataclass(frozen=True)
class Tenant:
    """Writes to a namespace where the guard denies new pods and bindings that do not fit."""

    control_plane: ControlPlane
    client: httpx2.Client
    namespace: str
    guard: RunningGuard

    def create(
        self, platform_version: str | None = None, *, labels: Json | None = None, **spec: Any
    ) -> httpx2.Response:
        """Create a pod that no scheduler takes up."""
        pod = new_pod("web", platform_version, schedulerName="nobody", **spec)
        pod["metadata"]["labels"] = labels or {}
        return self.client.post(self.path("pods"), json=pod)

    def annotate(self, metadata: Json = UNFIT) -> None:
        """Change the pod, and wait until the guard has heard of it."""
        merge = {"Content-Type": "application/merge-patch+json"}
        patch = json.dumps(metadata).encode()
        self.client.patch(self.path("pods/web"), content=patch, headers=merge).raise_for_status()
        told = metadata["metadata"]["annotations"][PLATFORM_VERSION]
        self.control_plane.wait_until("the guard to hear of it", lambda: self.found().get("platformVersion") == told)

    def bind(self, path: str = "pods/web/binding", **metadata: Any) -> httpx2.Response:
        binding = {"metadata": {"name": "web"} | metadata, "target": {"kind": "Node", "name": NODE}}
        return self.client.post(self.path(path), json=binding)

    def delete(self) -> None:
        self.client.delete(self.path("pods/web"), params={"gracePeriodSeconds": "0"}).raise_for_status()

    def found(self) -> Json:
        """What the report says of the pod."""
        findings = report_of(self.guard, namespace=self.namespace, show="all")["findings"]
        return findings[0] if findings else {}

    def path(self, rest: str) -> str:
        return f"/api/v1/namespaces/{self.namespace}/{rest}"


@pytest.fixture
def tenant(every_control_plane: ControlPlane, namespace: str, tmp_path: Path) -> Iterator[Tenant]:
    with (
        guarding(every_control_plane, tmp_path) as guard,
        registered(every_control_plane, namespace, guard, PODS, BINDINGS),
        every_control_plane.client() as client,
    ):
        yield Tenant(every_control_plane, client, namespace, guard)


def a_node_of_its_own_choice(tenant: Tenant) -> httpx2.Response:
    return tenant.create("1.0.0", nodeName=NODE)


def an_annotation_afterwards(tenant: Tenant) -> httpx2.Response:
    tenant.create().raise_for_status()
    tenant.annotate()
    return tenant.bind()


def the_older_way_to_bind(tenant: Tenant) -> httpx2.Response:
    tenant.create().raise_for_status()
    tenant.annotate()
    return tenant.bind("bindings")


def an_annotation_of_the_binding(tenant: Tenant) -> httpx2.Response:
    tenant.create().raise_for_status()
    return tenant.bind(annotations={PLATFORM_VERSION: "1.0.0"})


def another_pod_of_the_same_name(tenant: Tenant) -> httpx2.Response:
    tenant.create("1.1.0").raise_for_status()
    tenant.delete()
    tenant.create().raise_for_status()
    tenant.annotate()
    return tenant.bind()


@pytest.mark.parametrize(
    "way",
    [
        a_node_of_its_own_choice,
        an_annotation_afterwards,
        the_older_way_to_bind,
        an_annotation_of_the_binding,
        another_pod_of_the_same_name,
    ],
)
def test_it_is_no_way_around_a_denial(tenant: Tenant, way: Callable[[Tenant], httpx2.Response]) -> None:
    answer = way(tenant)
    assert answer.is_client_error, answer.text
    assert "does not support Kubernetes 1.26 (PlatformVersionTooOld)" in answer.json()["message"]


def test_a_pod_that_says_it_is_of_acs_passes_and_counts_once_it_has_an_instance_of_eci(tenant: Tenant) -> None:
    """Which of the two it becomes is the platform's to decide."""
    tenant.create("1.0.0", labels={ACS_LABEL: "true", START: "never"}).raise_for_status()
    tenant.bind().raise_for_status()
    assert not tenant.found()
    tenant.annotate({"metadata": {"annotations": {INSTANCE_ID: "eci-1", PLATFORM_VERSION: "1.0.0"}}})
    assert tenant.found()["verdict"] == "Incompatible"


def test_who_writes_another_version_into_the_annotation_of_a_running_pod_is_believed(tenant: Tenant) -> None:
    """A limit: there is no other place that tells the version."""
    tenant.create().raise_for_status()
    tenant.bind().raise_for_status()
    tenant.control_plane.wait_until("it to run", lambda: tenant.found().get("platformVersion") == "1.1.0")
    for told, verdict in (("1.0.0", "Incompatible"), ("1.1.0", "Compatible")):
        tenant.annotate({"metadata": {"annotations": {PLATFORM_VERSION: told}}})
        assert tenant.found()["verdict"] == verdict
