"""The report's one model. Every rendering is made from it, and the machine formats are it.

It holds instants and no ages: the same state gives the same bytes, whatever the clock says.
"""

from datetime import datetime

from msgspec import Struct

from webhook.policy.verdict import Readiness, Verdict

API_VERSION = "eci-upgrade-guard.io/v1alpha1"
KIND = "ReadinessReport"


class Finding(Struct, frozen=True, rename="camel"):
    """One ECI pod, judged. Texts are safe to show."""

    namespace: str
    name: str
    verdict: Verdict
    reason: str
    """A stable code, see webhook.policy.reasons."""
    platform_version: str | None
    """None is unset."""
    instance_id: str | None
    node: str | None
    evidence: str
    remedy: str


class UnreadableObject(Struct, frozen=True):
    """An object of the source that could not be read."""

    place: str
    problem: str


class Source(Struct, frozen=True, rename="camel"):
    """What the report was made from."""

    description: str
    taken_at: datetime | None
    complete: bool
    incomplete_because: tuple[str, ...]
    kubernetes_version: str | None
    """What the cluster runs, as its API server says; None where that is not known."""


class Counts(Struct, frozen=True, rename="camel"):
    """How many, by what. Every verdict is there, and so is every platform version that runs."""

    examined: int
    eci_pods: int
    by_verdict: dict[Verdict, int]
    by_platform_version: dict[str, int]
    """Of pods with an instance; "unset" stands for none."""
    by_namespace: dict[str, dict[Verdict, int]]


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
    counts: Counts
    findings: tuple[Finding, ...]
    """In order of namespace and name: the unfit pods, or all if so asked."""
    unreadable: tuple[UnreadableObject, ...]
