"""How we know that a pod is, or will be, an ECI pod.

Order of the questions, first answer wins:
1. instance id ``eci-…``                                        certain
2. label ``alibabacloud.com/acs=true`` or instance id ``acs-…``  ACS: shares the virtual nodes, is not ECI
3. node name of a virtual node                                   bound
4. any other node name                                           none, whatever the pod asks for
5. labels, namespace labels, node selector, node affinity, burst annotation   intended
6. a declared platform version                                   intended: only ECI pods have one
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from webhook.policy.affinity import requires_label
from webhook.policy.patterns import Patterns
from webhook.policy.pod_document import BURST_RESOURCE
from webhook.policy.pod_shape import PodShape, text

ACS_LABEL = "alibabacloud.com/acs"

NODE_NAME_PATTERNS = (
    r"^virtual-kubelet($|-)",  # ACK and ACK Serverless; the bare name in 2021 and in the open-source provider
    r"^virtual-node-eci-\d+$",  # ack-virtual-node v1, registered clusters
    r"^[a-z]{2}-[a-z0-9-]+\.vnd-[a-z0-9]+$",  # VNode in self-managed clusters: REGION.vnd-ID
)
POD_LABELS: Mapping[str, str] = {"alibabacloud.com/eci": "true", "eci": "true"}
NAMESPACE_LABELS = POD_LABELS
NODE_LABELS: Mapping[str, str] = {"type": "virtual-kubelet", "k8s.aliyun.com/vnode": "true"}
BURST_VALUES = ("eci_only", "eci")


NamespaceSign = Callable[[str], str]
"""Tells what a namespace, by its labels, says of the pods in it ("namespace label eci=true"); "" is nothing."""


def no_sign(_: str) -> str:
    """Say nothing of any namespace: their labels are not known."""
    return ""


class Grade(StrEnum):
    """How strong the evidence is."""

    CERTAIN = "certain"
    BOUND = "bound"
    INTENDED = "intended"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A grade, and the sign it rests on ("label eci=true", "node virtual-kubelet-…")."""

    grade: Grade
    sign: str = ""


NO_EVIDENCE = Evidence(Grade.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRules:
    """What counts as evidence in the judged cluster."""

    node_names: Patterns = field(default_factory=lambda: Patterns(NODE_NAME_PATTERNS))
    pod_labels: Mapping[str, str] = field(default_factory=lambda: POD_LABELS)
    namespace_labels: Mapping[str, str] = field(default_factory=lambda: NAMESPACE_LABELS)
    every_pod: bool = False
    """ACK Serverless: every pod is ECI, and nothing on the pod says so."""

    def weigh(self, pod: PodShape, namespace_sign: str) -> Evidence:
        """Grade the evidence for ``pod``, what its namespace says included. Raises Malformed."""
        if pod.instance_id.startswith("eci-"):
            return Evidence(Grade.CERTAIN, f"instance {pod.instance_id}")
        if _is_acs(pod):
            return NO_EVIDENCE
        if pod.node_name:
            return self.weigh_node(pod.node_name)
        return self._weigh_intent(pod, namespace_sign)

    def weigh_node(self, node_name: str) -> Evidence:
        """Grade what the name of a pod's node says."""
        if self.every_pod or self.node_names.matches(node_name):
            return Evidence(Grade.BOUND, f"node {node_name}")
        return NO_EVIDENCE

    def sign_of_namespace(self, labels: Mapping[str, object]) -> str:
        """Return what a namespace with these labels says of its pods; "" is nothing."""
        for key, value in self.namespace_labels.items():
            if labels.get(key) == value:
                return f"namespace label {key}={value}"
        return ""

    def _weigh_intent(self, pod: PodShape, namespace_sign: str) -> Evidence:
        sign = next(self._signs_of_intent(pod), None) or namespace_sign or None
        return NO_EVIDENCE if sign is None else Evidence(Grade.INTENDED, sign)

    def _signs_of_intent(self, pod: PodShape) -> Iterator[str]:
        if self.every_pod:
            yield "every pod of the cluster is ECI"
        for key, value in self.pod_labels.items():
            if text(pod.labels.get(key), f"the label {key}") == value:
                yield f"label {key}={value}"
        for key, value in NODE_LABELS.items():
            if isinstance(pod.spec.node_selector, Mapping) and pod.spec.node_selector.get(key) == value:
                yield f"node selector {key}={value}"
            if requires_label(pod.spec.affinity, key, value):
                yield f"required node affinity {key}={value}"
        if pod.annotations.burst_resource in BURST_VALUES:
            yield f"annotation {BURST_RESOURCE}={pod.annotations.burst_resource}"
        if pod.platform_version:
            yield "declared platform version"


def _is_acs(pod: PodShape) -> bool:
    instance_ids = (pod.instance_id, pod.annotations.acs_instance_id)
    return text(pod.labels.get(ACS_LABEL), f"the label {ACS_LABEL}") == "true" or any(
        isinstance(instance_id, str) and instance_id.startswith("acs-") for instance_id in instance_ids
    )
