"""Rule for new pods: does the platform version that a pod declares fit the target?

Fields: metadata.annotations[k8s.aliyun.com/eci-platform-version], and what is evidence of ECI (policy/evidence.py).
Unset is allowed, because the platform sets the current version on a new instance; ``unsetAtCreate: Judge`` takes
that back. Declaring a version counts as intent: only ECI pods have one.
"""

import msgspec

from webhook.admission.objection import Objection, Surface
from webhook.admission.review import BadReview, Request, decode
from webhook.policy.evidence import Evidence, Grade, NamespaceSign
from webhook.policy.matrix import UNSET, normalise
from webhook.policy.modes import UnsetAtCreate
from webhook.policy.pod_document import PodDocument
from webhook.policy.pod_shape import Malformed, PodShape
from webhook.policy.policy import Policy
from webhook.policy.reasons import Reason
from webhook.policy.verdict import Verdict

_decoder = msgspec.json.Decoder(PodDocument)


def judge_new_pod(request: Request, policy: Policy, namespace_sign: NamespaceSign) -> Objection | None:
    """Judge a pod at CREATE. Raises BadReview."""
    pod = decode(_decoder, request.object, "request.object")
    if pod.metadata is None:
        raise BadReview("request.object has no metadata")
    metadata = pod.metadata
    return judge_declared(
        pod,
        policy,
        namespace_sign,
        surface=Surface.PODS,
        kind="pod",
        namespace=request.namespace or "",
        name=metadata.name or request.name or f"{metadata.generate_name or ''}*",
    )


def judge_declared(  # noqa: PLR0913 -- what the object is, is said by name
    pod: PodDocument,
    policy: Policy,
    namespace_sign: NamespaceSign,
    *,
    surface: Surface,
    kind: str,
    namespace: str,
    name: str,
) -> Objection | None:
    """Judge what a pod, or the pod template of a workload, declares.

    The version is the cheapest question and ends nearly every request: who declares nothing unfit need not be ECI.
    """
    try:
        shape = PodShape.of(pod)
        if _fits(shape.annotations.platform_version, policy, surface):
            return None
        evidence = policy.evidence.weigh(shape, namespace_sign(namespace))
        if evidence.grade is Grade.NONE:
            return None
        version = normalise(shape.platform_version)
        reason = judge_at_create(shape.platform_version, policy, surface)  # not one that is spelt anew once more
        labels, clause, problem = shape.labels, _because(evidence), ""
    except Malformed as malformed:
        reason, version, labels, clause, problem = Reason.POD_MALFORMED, UNSET, {}, "", str(malformed)
    return Objection(
        surface=surface,
        kind=kind,
        namespace=namespace,
        name=name,
        reason=reason,
        platform_version=version,
        evidence=clause,
        problem=problem,
        labels=labels,
    )


def judge_at_create(platform_version: str | None, policy: Policy, surface: Surface = Surface.PODS) -> Reason:
    """Judge a version that no instance has yet. An unset one is the platform's to set, unless the policy says so."""
    is_platforms = surface is Surface.WORKLOADS or policy.unset_at_create is UnsetAtCreate.ALLOW
    if is_platforms and normalise(platform_version) == UNSET:
        return Reason.SUPPORTED
    return policy.matrix.judge(platform_version, policy.target)


def _fits(declared: object, policy: Policy, surface: Surface) -> bool:
    if not (declared is None or isinstance(declared, str)):
        return False
    return judge_at_create(declared, policy, surface).verdict is Verdict.COMPATIBLE


def _because(evidence: Evidence) -> str:
    match evidence.grade:
        case Grade.CERTAIN:
            return f"it has an instance of ECI ({evidence.sign})"
        case Grade.BOUND:
            return f"it is bound to ECI ({evidence.sign})"
        case _:
            return f"it asks for ECI ({evidence.sign}) and has no node yet"
