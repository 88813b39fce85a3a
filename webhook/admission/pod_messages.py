"""The words about a pod, its binding or its template that does not fit the target."""

from webhook.admission.limits import MAX_ANNOTATION, MAX_MESSAGE, MAX_WARNING
from webhook.admission.objection import Objection, Surface
from webhook.policy.exemptions import Exemption
from webhook.policy.matrix import UNSET
from webhook.policy.plain_text import plain
from webhook.policy.pod_document import PLATFORM_VERSION
from webhook.policy.policy import Policy
from webhook.policy.reasons import Reason


def explain(objection: Objection, policy: Policy) -> str:
    """Say what does not fit, why, and what to do: the text of a denial. At most 5 KiB, one line."""
    text = f"{say_what(objection, policy)}. "
    if objection.evidence:
        text += f"It counts as an ECI pod because {plain(objection.evidence, 400)}. "
    text += f"To go on, {_remedy(objection)}"
    if objection.surface is not Surface.WORKLOADS and objection.platform_version != UNSET:
        text += " (of its template, where a controller makes the pod)"
    if objection.reason is not Reason.POD_MALFORMED:
        text += ": the platform sets the version of a new pod"
    text += f". (Policy {plain(policy.name)})"
    return plain(text, MAX_MESSAGE // 4)  # a character has at most four bytes


def say_what(objection: Objection, policy: Policy) -> str:
    """Say of which object what does not fit, and by which reason."""
    return f"{_object(objection)}: {_finding(objection, policy)}"


def warnings(objection: Objection, exemption: Exemption | None, policy: Policy) -> list[str]:
    """Return two lines: what does not fit, and what to do or why it is let pass."""
    finding = plain(_finding(objection, policy), MAX_WARNING)
    if exemption is not None:
        return [finding, plain(describe_exemption(exemption), MAX_WARNING)]
    todo = _remedy(objection)
    return [finding, f"{plain(_object(objection), MAX_WARNING - len(todo) - 2)}: {todo}"]


def audit_annotations(objection: Objection, exemption: Exemption | None, policy: Policy) -> dict[str, str]:
    """Return what was found, by what, and why it passed where it was exempt."""
    annotations = {"reason": objection.reason.code, "target": str(policy.target)}
    if objection.reason is not Reason.POD_MALFORMED:
        annotations["platform-version"] = _version(objection)
    if exemption is not None:
        annotations["exemption"] = plain(exemption.reason, MAX_ANNOTATION)
    return annotations


def _object(objection: Objection) -> str:
    return f"{plain(objection.kind, 63)} {plain(objection.namespace, 63)}/{plain(objection.name)}"


def _version(objection: Objection) -> str:
    return "unset" if objection.platform_version == UNSET else plain(objection.platform_version, 24)


def _finding(objection: Objection, policy: Policy) -> str:
    version, target = _version(objection), policy.target
    match objection.reason:
        case Reason.POD_MALFORMED:
            said = f"cannot be judged: {plain(objection.problem)}"
        case Reason.PLATFORM_VERSION_UNKNOWN:
            said = f"ECI platform version {version} is not in the matrix, so it may not support Kubernetes {target}"
        case Reason.KUBERNETES_VERSION_NOT_LISTED:
            said = f"ECI platform version {version}: Kubernetes {target} is not listed for it"
        case _:
            said = f"ECI platform version {version} does not support Kubernetes {target}"
    return f"{said} ({objection.reason.code})"


def _remedy(objection: Objection) -> str:
    if objection.reason is Reason.POD_MALFORMED:
        return "give the field its right type"
    if objection.platform_version == UNSET:
        return "set unsetAtCreate to Allow in the policy"
    where = " from the pod template" if objection.surface is Surface.WORKLOADS else ""
    return f"remove annotation {PLATFORM_VERSION}{where}"


def describe_exemption(exemption: Exemption) -> str:
    """Say that the policy lets it pass, until when, and why."""
    until = f", until {exemption.expires.isoformat()}" if exemption.expires else ""
    return plain(f"exempt{until}: {exemption.reason}", MAX_ANNOTATION)
