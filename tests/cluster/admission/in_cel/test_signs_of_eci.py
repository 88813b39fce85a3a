"""A pod that declares nothing, where the policy judges that: each sign of ECI alone, and what only looks like one."""

from typing import Any

import pytest

from tests.builders import ORDINARY_NODE, VIRTUAL_NODE, policy
from tests.cluster.admission.in_cel.asking import Asked, ask_api_server, ask_guard
from tests.cluster.admission.in_cel.holding import holding
from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import label_namespace
from webhook.policy.evidence import POD_LABELS, EvidenceRules
from webhook.policy.modes import UnsetAtCreate
from webhook.policy.pod_document import ACS_INSTANCE_ID, BURST_RESOURCE, INSTANCE_ID, PLATFORM_VERSION

Json = dict[str, Any]

TYPE = {"key": "type", "operator": "In", "values": ["virtual-kubelet"]}
VNODE = {"key": "k8s.aliyun.com/vnode", "operator": "In", "values": ["true"]}
ARCH = {"key": "kubernetes.io/arch", "operator": "Exists"}


def affinity(*terms: list[Json], **more: Any) -> Json:
    selector = {"nodeSelectorTerms": [{"matchExpressions": term} for term in terms]}
    required = {"requiredDuringSchedulingIgnoredDuringExecution": selector} if terms else {}
    return {"spec": {"affinity": {"nodeAffinity": required | more}}}


def labels(**given: str) -> Json:
    return {"metadata": {"labels": given}}


def annotation(key: str, value: str) -> Json:
    return {"metadata": {"annotations": {key: value}}}


PREFERRED = {
    "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "preference": {"matchExpressions": [TYPE]}}]
}
SIGNS = [
    labels(eci="true"),
    labels(**{"alibabacloud.com/eci": "true"}),
    labels(pool="lab"),
    *({"spec": {"nodeSelector": {one["key"]: one["values"][0]}}} for one in (TYPE, VNODE)),
    affinity([TYPE]),
    affinity([ARCH, TYPE]),
    affinity([VNODE], [ARCH, VNODE]),
    annotation(BURST_RESOURCE, "eci"),
    annotation(BURST_RESOURCE, "eci_only"),
    annotation(PLATFORM_VERSION, " "),
    annotation(PLATFORM_VERSION, "v"),
    annotation(INSTANCE_ID, "eci-1"),
    {"spec": {"nodeName": VIRTUAL_NODE}},
]
NO_SIGNS = [
    {},
    labels(eci="false", ECI="true"),
    labels(eci="true", **{"alibabacloud.com/acs": "true"}),
    {"spec": {"nodeSelector": {"type": "ecs"}}},
    affinity(),
    affinity(**PREFERRED),
    affinity([ARCH]),
    affinity([TYPE], [ARCH]),
    affinity([TYPE], [VNODE]),
    affinity([TYPE | {"values": ["virtual-kubelet", "other"]}]),
    affinity([TYPE | {"operator": "NotIn"}]),
    affinity([TYPE | {"key": "other"}]),
    affinity([{"key": "type", "operator": "Exists"}]),
    annotation(BURST_RESOURCE, "ecs"),
    annotation(PLATFORM_VERSION, ""),
    annotation(ACS_INSTANCE_ID, "acs-1") | {"spec": {"nodeName": VIRTUAL_NODE}},
    labels(eci="true") | {"spec": {"nodeName": ORDINARY_NODE}},
]


def as_created(changes: Json) -> Json:
    containers = {"containers": [{"name": "main", "image": "registry.invalid/web:1"}]}
    metadata = {"name": "web"} | changes.get("metadata", {})
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": containers | changes.get("spec", {})}


@pytest.mark.parametrize("namespace_labels", [{}, {"eci": "true"}, {"eci": "false"}], ids=str)
def test_what_counts_for_the_guard_counts_for_the_api_server(
    control_plane: ControlPlane, namespace: str, namespace_labels: Json
) -> None:
    evidence = EvidenceRules(pod_labels={**POD_LABELS, "pool": "lab"})
    chosen = policy(unset_at_create=UnsetAtCreate.JUDGE, evidence=evidence)
    with control_plane.client() as client, holding(control_plane, {namespace: chosen}):
        label_namespace(client, namespace, namespace_labels)
        control_plane.wait_until(
            "the labels to be known",
            lambda: (
                bool(ask_api_server(Asked(as_created({}), namespace, {}), client).denied)
                is (namespace_labels == {"eci": "true"})
            ),
        )
        for changes in (*SIGNS, *NO_SIGNS):
            asked = Asked(as_created(changes), namespace, namespace_labels)
            said = ask_guard(asked, chosen)
            assert ask_api_server(asked, client) == said, changes
            if not namespace_labels:
                assert bool(said.denied) is (changes in SIGNS), changes
