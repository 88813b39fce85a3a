"""Match conditions, proven where they are evaluated: no object of an odd shape makes one fail."""

from pathlib import Path
from typing import Any

import pytest

from tests.builders import policy
from tests.cluster.control_plane import ControlPlane
from tests.cluster.guarding import answers_in, guarding
from tests.cluster.registration import registered
from tests.cluster.upgrades.kinds import KINDS, asking, define
from tests.cluster.upgrades.staging import eve, upgrade_webhooks

Json = dict[str, Any]

SHAPES: list[Json] = [
    {},
    {"spec": {}},
    {"spec": {"other": 1}},
    {"spec": {"topology": {}, "forProvider": {}, "kubernetes": {}, "desiredUpdate": {}, "commands": []}},
    {"spec": {"commands": [{}, {"k0supdate": {}}]}},
    {"spec": {"defaultNodePool": [{}], "nodePools": {}, "forProvider": {"defaultNodePool": [{}]}}},
    {"spec": {"forProvider": {"defaultNodePool": {}}}},
    {"metadata": {"annotations": {}}},
    {"metadata": {"annotations": {"other": "1"}}, "spec": {"upgrade": {}}},
]


@pytest.mark.timeout(150, func_only=True)
def test_no_condition_fails_on_a_field_that_is_missing(
    control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    """Under ``Fail``, as the tests register it, a condition that fails would refuse the write."""
    define(control_plane)
    with eve(control_plane, namespace, tmp_path) as staged:
        for kind in KINDS:
            bare = asking(kind, namespace, 24) | {"spec": None}
            staged.kubectl("create", obj={key: value for key, value in bare.items() if value}, check=True)
            for number, shape in enumerate(SHAPES):
                labelled = {"metadata": shape.get("metadata", {}) | {"labels": {"number": str(number)}}}
                staged.patch(kind, shape | labelled, check=True)
                staged.patch(kind, {"spec": None}, check=True)
            where = ["-n", namespace] if kind.scope == "Namespaced" else []
            staged.kubectl("delete", kind.name, namespace, *where, check=True)
        _, log = staged.guard.stop()
    assert set(answers_in(log)) == {"allowed"}


def test_of_the_core_group_the_one_object_arrives_and_no_other(
    control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    (notices,) = (one for one in upgrade_webhooks(policy(), control_plane.version) if "notices" in one["name"])
    of_kube_system = notices | {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}
    with (
        guarding(control_plane, tmp_path, thisCluster={"version": "1.24"}) as guard,
        registered(control_plane, namespace, guard, of_kube_system),
    ):
        for name in ("other", "kubeadm-config"):
            create = ["create", "configmap", name, "-n", "kube-system", "--from-literal=ClusterConfiguration=a: b"]
            control_plane.kubectl(*create, "--dry-run=server")
        _, log = guard.stop()
    assert answers_in(log) == {"allowed": 1}


def test_a_guard_knows_how_it_is_registered_and_says_which_kinds_nobody_sends(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    """The tests register the entries of upgrades alone."""
    define(every_control_plane)
    with eve(every_control_plane, namespace, tmp_path) as staged, staged.guard.client() as client:

        def told() -> Json:
            guard: Json = client.get("/report").json()["guard"]
            return guard

        every_control_plane.wait_until("the guard to be registered", lambda: not told()["registrationProblem"])
        assert told()["kindsNotSent"] == [
            "cronjobs.batch",
            "daemonsets.apps",
            "deployments.apps",
            "jobs.batch",
            "pods",
            "replicasets.apps",
            "replicationcontrollers",
            "statefulsets.apps",
        ]
