"""An inventory, a policy and a target in, a report out."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from webhook.inventory.inventory import Inventory
from webhook.policy.judging import describe, readiness
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.matrix import UNSET, normalise
from webhook.policy.plain_text import plain
from webhook.policy.pod_facts import PodFacts, PodState
from webhook.policy.policy import Policy
from webhook.policy.reasons import Reason
from webhook.policy.verdict import Verdict
from webhook.readiness.report import Counts, Finding, ReadinessReport, Source, UnreadableObject
from webhook.readiness.summary import summarise


class Show(StrEnum):
    """Which pods stand in a report one by one."""

    UNFIT = "unfit"
    ALL = "all"


def make_report(
    inventory: Inventory,
    policy: Policy,
    *,
    target: KubernetesVersion,
    now: datetime,
    show: Show = Show.UNFIT,
) -> ReadinessReport:
    """Judge every pod of the inventory. ``now`` (aware) decides which exemptions hold, and shows nowhere."""
    judged = [(pod, policy.judge(pod, target, now)) for pod in inventory.pods]
    counts = _count(inventory, judged)
    verdict = readiness(counts.by_verdict, complete=inventory.complete)
    return ReadinessReport(
        policy=plain(policy.name),
        target=str(target),
        readiness=verdict,
        summary=summarise(verdict, counts, inventory, target),
        source=Source(
            description=plain(inventory.source),
            taken_at=inventory.taken_at,
            complete=inventory.complete,
            incomplete_because=inventory.gaps,
            kubernetes_version=plain(inventory.kubernetes_version, 63) or None,
        ),
        counts=counts,
        findings=tuple(_finding(pod, reason) for pod, reason in judged if show is Show.ALL or reason.verdict.unfit),
        unreadable=tuple(UnreadableObject(found.place, found.problem) for found in inventory.unreadable),
    )


def _count(inventory: Inventory, judged: list[tuple[PodFacts, Reason]]) -> Counts:
    by_verdict = Counter(reason.verdict for _, reason in judged)
    by_version = Counter(normalise(pod.platform_version) for pod, _ in judged if pod.state is PodState.RUNNING)
    by_namespace: dict[str, Counter[Verdict]] = {}
    for pod, reason in judged:
        by_namespace.setdefault(plain(pod.namespace), Counter())[reason.verdict] += 1
    return Counts(
        examined=inventory.examined,
        eci_pods=len(judged),
        by_verdict=_every_verdict(by_verdict),
        by_platform_version={shown_version(version): by_version[version] for version in sorted(by_version)},
        by_namespace={
            namespace: {verdict: count for verdict, count in _every_verdict(counter).items() if count}
            for namespace, counter in by_namespace.items()
        },
    )


def _every_verdict(counter: Mapping[Verdict, int]) -> dict[Verdict, int]:
    return {verdict: counter.get(verdict, 0) for verdict in Verdict}


def shown_version(platform_version: str) -> str:
    """Name a platform version, the missing one too."""
    return "unset" if platform_version == UNSET else plain(platform_version, 40)


def _finding(pod: PodFacts, reason: Reason) -> Finding:
    return Finding(
        namespace=plain(pod.namespace),
        name=plain(pod.name),
        verdict=reason.verdict,
        reason=reason.code,
        platform_version=plain(normalise(pod.platform_version), 40) or None,
        instance_id=plain(pod.instance_id, 63) or None,
        node=plain(pod.node_name) or None,
        evidence=describe(pod),
        remedy=reason.remedy,
    )
