"""Kinds that ask for upgrades, as CustomResourceDefinitions of our own writing: names and scopes, and any fields."""

from typing import Any, NamedTuple

from tests.cluster.control_plane import ControlPlane

Json = dict[str, Any]

_DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


class Kind(NamedTuple):
    """A kind, and how an object of it asks for a version."""

    group: str
    versions: str
    """Served ones; the last is stored."""
    plural: str
    kind: str
    scope: str
    path: str
    """Of the version, fields alone; [] behind one that holds a list."""
    form: str = "v1.{}.3"
    """How it writes the minor."""

    @property
    def name(self) -> str:
        return f"{self.plural}.{self.group}"

    @property
    def served(self) -> list[str]:
        return self.versions.split()

    def asking_for(self, minor: int) -> Json:
        """The fields that ask for Kubernetes 1.``minor``."""
        value: Any = self.form.format(minor)
        for field in reversed(self.path.split(".")):
            value = {field.removesuffix("[]"): [value] if field.endswith("[]") else value}
        found: Json = value
        return found

    def object(self, namespace: str, minor: int, *, version: str = "") -> Json:
        """One that is named for the test's namespace, in which it is if it can be."""
        metadata = {"name": namespace} | ({"namespace": namespace} if self.scope == "Namespaced" else {})
        api_version = f"{self.group}/{version or self.served[-1]}"
        return {"apiVersion": api_version, "kind": self.kind, "metadata": metadata, **self.asking_for(minor)}


_CAPI, _CONTROL = "cluster.x-k8s.io", "controlplane.cluster.x-k8s.io"
_CROSSPLANE = "ack.alibabacloud.crossplane.io"
ALI = Kind(
    "ali.cattle.io",
    "v1",
    "aliclusterconfigs",
    "AliClusterConfig",
    "Namespaced",
    "spec.kubernetesVersion",
    "1.{}.3-aliyun.1",
)
SHOOT = Kind("core.gardener.cloud", "v1beta1", "shoots", "Shoot", "Namespaced", "spec.kubernetes.version", "1.{}")
KINDS = (
    ALI,
    Kind(_CROSSPLANE, "v1alpha1", "managedkubernetes", "ManagedKubernetes", "Cluster", "spec.forProvider.version"),
    Kind(_CAPI, "v1beta1 v1beta2", "clusters", "Cluster", "Namespaced", "spec.topology.version"),
    Kind(_CONTROL, "v1beta1 v1beta2", "kubeadmcontrolplanes", "KubeadmControlPlane", "Namespaced", "spec.version"),
    Kind("upgrade.cattle.io", "v1", "plans", "Plan", "Namespaced", "spec.version", "v1.{}.3+k3s1"),
    Kind("autopilot.k0sproject.io", "v1beta2", "plans", "Plan", "Cluster", "spec.commands[].k0supdate.version"),
    Kind("config.openshift.io", "v1", "clusterversions", "ClusterVersion", "Cluster", "spec.desiredUpdate.version"),
    SHOOT,
)
MACHINES = Kind(_CAPI, "v1beta1", "machinesets", "MachineSet", "Namespaced", "spec.template.spec.version")
"""Which controllers write in the middle of an upgrade, so it is not among those above: it is never denied."""
OPENSHIFT = 13
"""How far the minors of OpenShift 4 are behind those of Kubernetes."""


def asking(kind: Kind, namespace: str, minor: int, *, version: str = "") -> Json:
    """An object that asks for Kubernetes 1.``minor``, whatever its kind calls that."""
    if kind.group == "config.openshift.io":
        return kind._replace(form="4.{}.1").object(namespace, minor - OPENSHIFT, version=version)
    return kind.object(namespace, minor, version=version)


def define(control_plane: ControlPlane) -> None:
    """Have the API server know the kinds from now on: to take them away again would take longer than a test."""
    with control_plane.client() as client:
        for kind in (*KINDS, MACHINES):
            answer = client.post(_DEFINITIONS, json=_definition(kind))
            assert answer.status_code in {201, 409}, answer.text
        for kind in (*KINDS, MACHINES):
            path = f"/apis/{kind.group}/{kind.served[-1]}/{kind.plural}"
            control_plane.wait_until(
                f"{kind.name} to be served",
                lambda path=path: client.get(path).is_success,  # type: ignore[misc]  # a default binds it
            )


def _definition(kind: Kind) -> Json:
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    return {
        "metadata": {
            "name": kind.name,
            # Names under k8s.io are protected: whoever defines one there says that it was approved, or is a trial.
            "annotations": {"api-approved.kubernetes.io": "unapproved, a test"},
        },
        "spec": {
            "group": kind.group,
            "scope": kind.scope,
            "names": {"plural": kind.plural, "singular": kind.kind.lower(), "kind": kind.kind},
            "versions": [
                {
                    "name": version,
                    "served": True,
                    "storage": version == kind.served[-1],
                    "schema": {"openAPIV3Schema": schema},
                    "subresources": {"status": {}},
                }
                for version in kind.served
            ],
        },
    }
