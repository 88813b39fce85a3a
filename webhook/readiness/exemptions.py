"""Which exemptions of the policy take pods out of readiness now, and how many."""

from collections.abc import Iterable
from datetime import datetime

from webhook.policy.plain_text import plain
from webhook.policy.pod_facts import PodFacts
from webhook.policy.policy import Policy
from webhook.policy.reasons import Reason
from webhook.policy.verdict import Verdict
from webhook.readiness.report import ExemptionInForce


def exemptions_in_force(
    judged: Iterable[tuple[PodFacts, Reason]],
    policy: Policy,
    now: datetime,
) -> tuple[ExemptionInForce, ...]:
    """Return them in the policy's order. A pod that several exempt is counted for each."""
    exempt = [pod for pod, reason in judged if reason.verdict is Verdict.EXEMPT]
    return tuple(
        ExemptionInForce(
            reason=plain(exemption.reason),
            namespaces=tuple(sorted(exemption.namespaces)),
            pod_labels=dict(sorted(exemption.pod_labels.items())),
            expires=exemption.expires,
            pods=sum(exemption.covers(pod.namespace, pod.labels) for pod in exempt),
        )
        for exemption in policy.exemptions
        if exemption.counts_as_ready and exemption.holds_at(now)
    )
