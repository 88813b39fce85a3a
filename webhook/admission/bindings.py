"""Rule for bindings: a pod that the scheduler puts on a virtual node is from now on certainly an ECI pod.

Fields: target.name (the node), metadata.uid (the pod's uid; the name may belong to a newer pod), metadata.annotations
(the API server merges them into the pod). The binding has nothing else of the pod, so the pod is looked up in the
inventory. One that it has never seen is allowed, unless somebody can ask the cluster for it. Source: storage.go of
the pod registry, assignPod.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from webhook.admission.objection import Objection, Surface
from webhook.admission.pods import judge_at_create
from webhook.admission.review import BadReview, Request, decode
from webhook.policy.evidence import Grade
from webhook.policy.matrix import normalise
from webhook.policy.pod_document import PLATFORM_VERSION, PodAnnotations
from webhook.policy.pod_facts import PodFacts, PodState
from webhook.policy.pod_shape import Malformed, text
from webhook.policy.policy import Policy
from webhook.policy.reasons import Reason
from webhook.policy.verdict import Verdict


class PodLookup(Protocol):
    """Finds a pod that the inventory knows. Implemented by inventory.PodStore, and by every KnownInventory."""

    def find(self, *, uid: str, namespace: str, name: str) -> PodFacts | None:
        """Find by uid; by name where ``uid`` is empty."""

    def is_unbound(self, uid: str) -> bool:
        """Whether this is the uid of a pod without a node that declares nothing."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """A pod that goes to a virtual node and that the inventory has never seen."""

    uid: str
    namespace: str
    name: str


class _Metadata(Struct, frozen=True):
    name: str | None = None
    uid: str | None = None
    annotations: PodAnnotations | None = None


class _Target(Struct, frozen=True):
    name: Any = None


class _Binding(Struct, frozen=True):
    metadata: _Metadata | None = None
    target: _Target | None = None


_decoder = msgspec.json.Decoder(_Binding)


def judge_binding(
    request: Request,
    policy: Policy,
    pods: PodLookup,
    looked_up: PodFacts | None = None,
) -> Objection | Unseen | None:
    """Judge the binding of a pod to a node. ``looked_up`` is what the cluster said of the pod. Raises BadReview."""
    binding = decode(_decoder, request.object, "request.object")
    if binding.target is None or not isinstance(binding.target.name, str):
        raise BadReview("request.object has no target.name")
    if policy.evidence.weigh_node(binding.target.name).grade is Grade.NONE:
        return None
    metadata = binding.metadata or _Metadata()
    namespace, name = request.namespace or "", request.name or metadata.name or ""
    uid = metadata.uid or ""
    pod = looked_up or pods.find(uid=uid, namespace=namespace, name=name)
    if pod is None:
        return None if pods.is_unbound(uid) else Unseen(uid, namespace, name)
    reason, version = _judge(pod, metadata.annotations, policy)
    if reason.verdict is Verdict.COMPATIBLE:
        return None
    return Objection(
        surface=Surface.BINDINGS,
        kind="pod",
        namespace=namespace,
        name=name,
        reason=reason,
        platform_version=version,
        evidence=f"it is being bound to ECI (node {binding.target.name})",
        problem=pod.problem,
        labels=pod.labels,
    )


def _judge(pod: PodFacts, annotations: PodAnnotations | None, policy: Policy) -> tuple[Reason, str]:
    declared = normalise(pod.platform_version)
    if pod.state is PodState.MALFORMED:
        return Reason.POD_MALFORMED, declared
    try:
        merged = text(annotations and annotations.platform_version, PLATFORM_VERSION)
    except Malformed:
        return Reason.POD_MALFORMED, declared
    version = normalise(merged) or declared
    return judge_at_create(version, policy), version
