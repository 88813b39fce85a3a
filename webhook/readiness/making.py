"""An inventory, a policy and a target in, a report out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum

from webhook.inventory.inventory import Inventory
from webhook.inventory.surroundings import NOT_EXAMINED, Surroundings
from webhook.policy.judging import describe, readiness
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.matrix import UNSET, normalise
from webhook.policy.plain_text import plain
from webhook.policy.pod_facts import PodFacts, PodState
from webhook.policy.policy import Policy
from webhook.policy.reasons import Reason
from webhook.policy.verdict import Verdict
from webhook.readiness.exemptions import exemptions_in_force
from webhook.readiness.judged import Judged, Standings
from webhook.readiness.report import (
    Counts,
    Finding,
    GuardState,
    ReadinessReport,
    Source,
    UnreadableObject,
    WindowState,
)
from webhook.readiness.summary import summarise
from webhook.readiness.window import window_state
from webhook.readiness.workloads import Workloads


class Show(StrEnum):
    """Which pods stand in a report one by one."""

    UNFIT = "unfit"
    ALL = "all"


def make_report(  # noqa: PLR0913 -- what a report is made from, by name
    inventory: Inventory,
    policy: Policy,
    *,
    target: KubernetesVersion,
    now: datetime,
    show: Show = Show.UNFIT,
    surroundings: Surroundings = NOT_EXAMINED,
    window: WindowState | None = None,
    guard: GuardState | None = None,
) -> ReadinessReport:
    """Judge every pod of the inventory. ``now`` (aware) decides which exemptions hold, and shows nowhere.

    ``window`` is worked out where it is not given: whoever makes many reports keeps it.
    """
    standings = Standings(inventory.pods, policy)
    judged = standings.judge(target, now)
    counts = _count(inventory, judged)
    workloads = Workloads(surroundings, policy.matrix, target)
    verdict = readiness(counts.by_verdict, complete=inventory.complete)
    return ReadinessReport(
        policy=plain(policy.name),
        target=str(target),
        readiness=verdict,
        summary=summarise(verdict, counts, inventory, target),
        source=_source(inventory, surroundings),
        window=window or window_state(policy.calendar, now),
        guard=guard,
        counts=counts,
        workloads=workloads.group(judged, fit_too=show is Show.ALL),
        findings=[
            _finding(pod, reason, workloads.id_of(pod)) for pod, reason in judged if show is Show.ALL or reason.unfit
        ],
        unreadable=tuple(UnreadableObject(found.place, found.problem) for found in inventory.unreadable),
        exemptions=exemptions_in_force(judged, policy, now),
        outlook=tuple(
            standings.outlook(minor, now, complete=inventory.complete)
            for minor in sorted({*policy.matrix.minors(), target})
        ),
    )


def _source(inventory: Inventory, surroundings: Surroundings) -> Source:
    around = [f"{what}: {plain(why, 200)}" for what, why in surroundings.missing.items()]
    return Source(
        description=plain(inventory.source),
        taken_at=inventory.taken_at,
        resource_version=plain(inventory.resource_version, 63) or None,
        complete=inventory.complete,
        incomplete_because=inventory.gaps,
        kubernetes_version=plain(inventory.kubernetes_version, 63) or None,
        cluster_id=plain(inventory.cluster_id, 63) or None,
        namespace=plain(inventory.namespace or inventory.all_in, 63) or None,
        not_examined=tuple(around if surroundings.examined else ["owners, templates and budgets"]),
    )


def _count(inventory: Inventory, judged: Judged) -> Counts:
    running = (
        (shown_version(normalise(pod.platform_version)), reason.verdict)
        for pod, reason in judged
        if pod.state is PodState.RUNNING
    )
    return Counts(
        examined=inventory.examined,
        eci_pods=len(judged),
        by_verdict=_every_verdict(Counter(reason.verdict for reason in judged.reasons)),
        by_platform_version=dict(sorted(_by_verdict(running).items(), key=lambda one: (one[0] != "unset", one[0]))),
        by_namespace=_by_verdict((plain(pod.namespace), reason.verdict) for pod, reason in judged),
    )


def _by_verdict(found: Iterable[tuple[str, Verdict]]) -> dict[str, dict[Verdict, int]]:
    """Count by name, and under each by verdict; verdicts that nobody has are left out."""
    counters: dict[str, Counter[Verdict]] = {}
    for (name, verdict), count in Counter(found).items():
        counters.setdefault(name, Counter())[verdict] += count
    return {
        name: {verdict: count for verdict, count in _every_verdict(counter).items() if count}
        for name, counter in counters.items()
    }


def _every_verdict(counter: Mapping[Verdict, int]) -> dict[Verdict, int]:
    return {verdict: counter.get(verdict, 0) for verdict in Verdict}


def shown_version(platform_version: str) -> str:
    """Name a platform version, the missing one too; one that calls itself so stands in quotes."""
    if platform_version == UNSET:
        return "unset"
    return '"unset"' if platform_version == "unset" else plain(platform_version, 40)


def _finding(pod: PodFacts, reason: Reason, workload: str) -> Finding:
    return Finding(
        id=plain(pod.uid or f"{pod.namespace}/{pod.name}"),
        namespace=plain(pod.namespace),
        name=plain(pod.name),
        workload=workload,
        verdict=reason.verdict,
        reason=reason.code,
        platform_version=plain(normalise(pod.platform_version), 40) or None,
        instance_id=plain(pod.instance_id, 63) or None,
        node=plain(pod.node_name) or None,
        evidence=describe(pod),
        remedy=reason.remedy,
    )
