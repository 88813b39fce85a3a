"""The catalogue of kinds that ask for upgrades: each entry reads the right version from an object of its kind."""

from dataclasses import replace

import pytest

from tests.policy.upgrades.examples import Example, examples
from webhook.policy.upgrades.asking import versions_in
from webhook.policy.upgrades.catalogue import UpgradeKinds, catalogue, kind_from
from webhook.policy.upgrades.field_path import FieldPath
from webhook.policy.upgrades.kind import ObjectName, Read, Scope, UpgradeKind, Upgrades, Writer
from webhook.policy.upgrades.openshift import kubernetes_of

EXAMPLES = examples()
CONTROLLERS = {
    "Machine",
    "MachineSet",
    "RKEControlPlane",
    "ControlPlaneUpgrade",
    "MachineDeploymentUpgrade",
    "NodeUpgrade",
    "KKMachine",
    "HostedControlPlane",
}
"""Kinds that a denial would wedge half-way."""


def as_read(version: str) -> str:
    """Return what an expectation stands for: the Kubernetes minor of one of OpenShift."""
    of, _, minor = version.partition(" ")
    return str(kubernetes_of(minor) or "unknown") if of == "openshift" else version


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_object_asks_for_what_stands_in_it(example: Example) -> None:
    asked = [(one.path, str(one.version or "unknown")) for one in versions_in(example.kind, example.object)]
    assert asked == [(path, as_read(version)) for path, version in example.expected]


def test_every_served_version_of_every_kind_has_an_object_that_asks_for_something() -> None:
    asking = {(example.kind.name, example.version) for example in EXAMPLES if example.expected}
    assert asking == {(kind.name, version) for kind in catalogue().values() for version in kind.versions}


def test_every_field_of_every_kind_is_read_in_some_object() -> None:
    read = {(example.kind.name, path) for example in EXAMPLES for path, _ in example.expected}
    assert read == {(kind.name, str(one.path)) for kind in catalogue().values() for one in kind.reads}


@pytest.mark.parametrize("kind", catalogue().values(), ids=lambda kind: kind.name)
def test_a_kind_says_who_writes_it_and_where_that_was_read(kind: UpgradeKind) -> None:
    assert kind.source
    assert kind.versions
    assert kind.group or (kind.writer is Writer.CONTROLLER and kind.upgrades is Upgrades.THIS)


def test_only_what_a_person_writes_may_be_denied() -> None:
    warned_about = {kind.kind for kind in catalogue().values() if not kind.deniable}
    assert warned_about >= {*CONTROLLERS, "Node", "ConfigMap"}


def test_an_entry_may_name_served_versions_and_the_one_object_that_counts() -> None:
    entry = {
        "group": "",
        "resource": "configmaps",
        "kind": "ConfigMap",
        "scope": "Namespaced",
        "upgrades": "This",
        "writer": "Controller",
        "reads": [{"path": "data.version", "of": "Both"}],
        "source": "ourselves",
    }
    kind = kind_from(entry | {"versions": ["v1"], "object": {"namespace": "kube-system", "name": "versions"}})
    assert (kind.versions, kind.object) == (("v1",), ObjectName(namespace="kube-system", name="versions"))
    assert (kind_from(entry).versions, kind_from(entry).object) == ((), None)


def test_a_kind_is_found_by_what_its_manifests_say() -> None:
    kinds = UpgradeKinds()
    assert kinds.named("cluster.x-k8s.io", "Cluster") is catalogue()["cluster.x-k8s.io", "clusters"]
    assert kinds.named("cluster.x-k8s.io", "Clusters") is None


ADDED = UpgradeKind(
    group="cluster.x-k8s.io",
    resource="clusters",
    kind="Cluster",
    scope=Scope.NAMESPACED,
    upgrades=Upgrades.ANOTHER,
    writer=Writer.PERSON,
    reads=(Read(path=FieldPath.parse("spec.ours")),),
    source="ourselves",
)


def test_a_kind_of_the_policy_takes_the_place_of_the_catalogues() -> None:
    assert UpgradeKinds(added=(ADDED,)).by_key()["cluster.x-k8s.io", "clusters"] is ADDED


def test_a_kind_that_is_switched_off_is_none() -> None:
    kinds = UpgradeKinds(off=frozenset({"clusters.cluster.x-k8s.io"})).by_key()
    assert len(kinds) == len(catalogue()) - 1
    assert ("cluster.x-k8s.io", "clusters") not in kinds


def test_a_kind_of_the_core_group_is_warned_about_at_most_whoever_writes_it() -> None:
    core = replace(ADDED, group="", resource="configmaps", kind="ConfigMap", upgrades=Upgrades.THIS)
    assert not core.deniable
