"""The words of an answer: the text of a denial, its warnings, its audit annotations."""

from webhook.admission import pod_messages, upgrade_messages
from webhook.admission.decision import Answer, Decision
from webhook.admission.upgrade_objection import UpgradeObjection
from webhook.policy.policy import Policy


def explain(decision: Decision, policy: Policy) -> str:
    """Say what is wrong, why, and what to do: the text of a denial. "" where nothing is. At most 5 KiB."""
    match decision.objection:
        case None:
            return ""
        case UpgradeObjection() as objection:
            return upgrade_messages.explain(objection, policy)
        case objection:
            return pod_messages.explain(objection, policy)


def warnings(decision: Decision, policy: Policy) -> list[str]:
    """Return the warnings that the person who asked will see. None beside a denial, which says it all."""
    if decision.answer in (Answer.DENIED, Answer.AUDITED):
        return []
    match decision.objection:
        case None:
            return []
        case UpgradeObjection() as objection:
            return upgrade_messages.warnings(objection, overridden=decision.answer is Answer.OVERRIDDEN)
        case objection:
            return pod_messages.warnings(objection, decision.exemption, policy)


def audit_annotations(decision: Decision, policy: Policy) -> dict[str, str]:
    """Return what stands in the API server's audit log, by short keys."""
    answer = {"decision": decision.answer.value}
    match decision.objection:
        case None:
            return {}
        case UpgradeObjection() as objection:
            return answer | upgrade_messages.audit_annotations(objection)
        case objection:
            return answer | pod_messages.audit_annotations(objection, decision.exemption, policy)


def in_full(decision: Decision, policy: Policy) -> tuple[str, ...]:
    """Say all there is to say, whatever the answer: for who asks before anything is asked of an API server."""
    said = (explain(decision, policy),)
    return said if decision.exemption is None else (*said, pod_messages.describe_exemption(decision.exemption))
