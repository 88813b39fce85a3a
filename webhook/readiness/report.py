"""The report's one model. Every rendering is made from it, and the machine formats are it.

It holds instants and no ages: the same state gives the same bytes, whatever the clock says.
"""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from webhook.policy.recreation import Recreation
from webhook.policy.verdict import Readiness, Verdict

API_VERSION = "eci-upgrade-guard.io/v1alpha1"
KIND = "ReadinessReport"


class Finding(Struct, frozen=True, rename="camel", gc=False):
    """One ECI pod, judged. Texts are safe to show."""

    id: str
    """The pod's uid, or ``namespace/name`` where there is none."""
    namespace: str
    name: str
    workload: str
    """The id of the workload that it belongs to."""
    verdict: Verdict
    reason: str
    """A stable code, see webhook.policy.reasons."""
    platform_version: str | None
    """None is unset."""
    instance_id: str | None
    node: str | None
    evidence: str
    remedy: str


class Workload(Struct, frozen=True, rename="camel", gc=False):
    """What a person would recreate: the unfit pods of one top owner, or a bare pod."""

    id: str
    """``namespace/Kind/name``; it stays while the workload does."""
    namespace: str
    kind: str
    name: str
    eci_pods: int
    by_verdict: dict[Verdict, int]
    """Verdicts that none of its pods has are left out."""
    reasons: tuple[str, ...]
    recreation: Recreation
    """What to know first about recreating its pods."""
    notes: tuple[str, ...]
    """All there is to know, in the same order of gravity."""


class ExemptionInForce(Struct, frozen=True, rename="camel"):
    """An exemption of the policy that holds now and counts as ready."""

    reason: str
    namespaces: tuple[str, ...]
    pod_labels: dict[str, str]
    expires: datetime | None
    pods: int
    """Unfit pods that it takes out of readiness."""


class Outlook(Struct, frozen=True, rename="camel"):
    """The answer for another Kubernetes version."""

    target: str
    readiness: Readiness
    unfit: int


class UnreadableObject(Struct, frozen=True):
    """An object of the source that could not be read."""

    place: str
    problem: str


class Source(Struct, frozen=True, rename="camel"):
    """What the report was made from."""

    description: str
    taken_at: datetime | None
    """When a list was read, or a watched cluster last changed."""
    resource_version: str | None
    """Of the API server at that time."""
    complete: bool
    incomplete_because: tuple[str, ...]
    kubernetes_version: str | None
    """What the cluster runs, as its API server says; None where that is not known."""
    cluster_id: str | None
    """The uid of its namespace kube-system, which no two clusters share."""
    namespace: str | None
    """The one that was asked for, or that a whole list is in; None where there are several, or nobody can tell."""
    not_examined: tuple[str, ...]
    """What stands around the pods and was not looked at, or could not be."""


class Counts(Struct, frozen=True, rename="camel"):
    """How many, by what. Every verdict is there, and so is every platform version that runs."""

    examined: int
    eci_pods: int
    by_verdict: dict[Verdict, int]
    by_platform_version: dict[str, dict[Verdict, int]]
    """Of pods with an instance; "unset" stands for none."""
    by_namespace: dict[str, dict[Verdict, int]]


class NextOpening(Struct, frozen=True, rename="camel"):
    """When a window opens next."""

    window: str
    opens_at: datetime
    closes_at: datetime | None
    """None where no end was found."""


class WindowState(Struct, frozen=True, rename="camel"):
    """Whether this is a time for upgrades, by the policy's windows and freezes."""

    open: bool
    because: str
    until: datetime | None
    """When that ends; None where no end was found."""
    next_opening: NextOpening | None


class GuardState(Struct, frozen=True, rename="camel"):
    """What is not well with the guard that made the report."""

    policy_problems: tuple[str, ...]
    """Why the policy document, as it is now, was refused: the last good one is in force."""
    kinds_not_sent: tuple[str, ...]
    """Kinds that the policy claims and that no registered rule sends to the guard."""
    registration_problem: str | None
    """Why that is not known."""


class ReadinessReport(Struct, frozen=True, rename="camel", kw_only=True):
    """Whether the cluster may be upgraded to ``target``, and why not."""

    api_version: str = API_VERSION
    kind: str = KIND
    policy: str
    target: str
    readiness: Readiness
    summary: str
    """One sentence that says why."""
    source: Source
    window: WindowState
    guard: GuardState | None
    """None where no guard made the report."""
    counts: Counts
    workloads: tuple[Workload, ...]
    """In order of namespace, kind and name: those with unfit pods, or all if so asked."""
    findings: Sequence[Finding]
    """In order of namespace and name: the unfit pods, or all if so asked."""
    unreadable: tuple[UnreadableObject, ...]
    exemptions: tuple[ExemptionInForce, ...]
    outlook: tuple[Outlook, ...]
    """For every Kubernetes minor that the matrix speaks of, and the target."""
