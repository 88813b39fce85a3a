"""What is kept of an ECI pod: enough to judge it for any target, to name it, and to say how we know."""

import sys
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from webhook.policy.evidence import Evidence, EvidenceRules, Grade, NamespaceSign, no_sign
from webhook.policy.owner import Owner, controller_of
from webhook.policy.pod_document import PodDocument
from webhook.policy.pod_shape import Malformed, PodShape

_NO_LABELS: Mapping[str, object] = {}


class PodState(StrEnum):
    """Where an ECI pod stands, before any target is looked at."""

    RUNNING = "running"
    """An instance exists, so its platform version is fixed."""
    PENDING = "pending"
    FINISHED = "finished"
    MALFORMED = "malformed"


class PodFacts(Struct, frozen=True, gc=False, kw_only=True, order=True):
    """One ECI pod. Texts are as the cluster has them: make them ``plain`` before showing them.

    Pods are ordered by namespace, name and uid, and no two of one cluster have all three in common.
    """

    namespace: str
    name: str
    uid: str
    state: PodState
    grade: Grade
    sign: str
    """What the evidence rests on."""
    platform_version: str | None = None
    """The annotation as it stands; None where it is absent."""
    instance_id: str = ""
    node_name: str = ""
    owner: Owner | None = None
    """The controller that would make it anew; None for a bare pod."""
    labels: Mapping[str, object] = _NO_LABELS
    deleting: bool = False
    problem: str = ""
    """Of a malformed pod: which field is wrong."""


def facts_of(pod: PodDocument, rules: EvidenceRules, namespace_sign: NamespaceSign = no_sign) -> PodFacts | None:
    """Reduce a pod to its facts; None for a pod that is not ECI. Never raises: an odd pod is a fact too."""
    try:
        shape = PodShape.of(pod)
        evidence = rules.weigh(shape, namespace_sign(shape.metadata.namespace or ""))
        if evidence.grade is Grade.NONE:
            return None
        state = _state_of(shape, evidence)
        version = shape.platform_version if state is PodState.RUNNING else _declared(shape)
    except Malformed as malformed:
        return _malformed(pod, str(malformed))
    metadata = shape.metadata
    return PodFacts(
        namespace=sys.intern(metadata.namespace or ""),  # of many pods the same: one text for all
        name=metadata.name or "",
        uid=metadata.uid or "",
        state=state,
        grade=evidence.grade,
        sign=evidence.sign,
        platform_version=version,
        instance_id=shape.instance_id,
        node_name=sys.intern(shape.node_name),
        owner=controller_of(metadata.owner_references),
        labels=shape.labels,
        deleting=metadata.deletion_timestamp is not None,
    )


def _state_of(pod: PodShape, evidence: Evidence) -> PodState:
    if pod.phase in ("Succeeded", "Failed"):
        return PodState.FINISHED
    if evidence.grade is Grade.CERTAIN:
        return PodState.RUNNING
    if evidence.grade is Grade.INTENDED or pod.phase == "Pending":
        return PodState.PENDING
    if not pod.phase:
        raise Malformed("status.phase is absent")  # of a bound pod: whether an instance runs cannot be told
    return PodState.RUNNING


def _declared(pod: PodShape) -> str | None:
    """Of a pod that has no instance, the version is a remark and no odd one matters."""
    version = pod.annotations.platform_version
    return version if isinstance(version, str) else None


def _malformed(pod: PodDocument, problem: str) -> PodFacts:
    """Keep what helps to find the pod, and nothing to judge it by."""
    metadata = pod.metadata
    node_name = pod.spec and pod.spec.node_name
    return PodFacts(
        namespace=(metadata and metadata.namespace) or "",
        name=(metadata and metadata.name) or "",
        uid=(metadata and metadata.uid) or "",
        state=PodState.MALFORMED,
        grade=Grade.NONE,
        sign="",
        node_name=node_name if isinstance(node_name, str) else "",
        owner=controller_of(metadata and metadata.owner_references),
        problem=problem,
    )
