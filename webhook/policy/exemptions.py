"""Exemptions: who and what the guard does not hold up, why, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks the API server."""

    user: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """One exemption. Every dimension that is given must match; names match whole, never by prefix."""

    reason: str
    namespaces: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    pod_labels: Mapping[str, str]
    """All of them must be on the pod. Only valid beside ``namespaces``: a tenant can set labels."""
    expires: datetime | None = None
    """Aware. From this instant on it no longer holds."""
    counts_as_ready: bool = False
    """Whether it also takes pods out of readiness; otherwise it acts on admission alone."""

    def holds_at(self, now: datetime) -> bool:
        """Whether it has not expired."""
        return self.expires is None or now < self.expires

    def exempts_request(
        self,
        *,
        namespace: str,
        requester: Requester | None,
        labels: Mapping[str, object],
        now: datetime,
    ) -> bool:
        """Whether it holds for a request at ``now``. An unknown requester (None) may be any of those it names."""
        return (requester is None or self._names(requester)) and self.covers(namespace, labels) and self.holds_at(now)

    def exempts_pod(self, *, namespace: str, labels: Mapping[str, object], now: datetime) -> bool:
        """Whether it takes a running pod out of readiness at ``now``."""
        return self.counts_as_ready and self.covers(namespace, labels) and self.holds_at(now)

    def covers(self, namespace: str, labels: Mapping[str, object]) -> bool:
        """Whether it names such a pod, whoever asks and whenever."""
        return (not self.namespaces or namespace in self.namespaces) and all(
            labels.get(key) == value for key, value in self.pod_labels.items()
        )

    def _names(self, requester: Requester) -> bool:
        return (not self.users or requester.user in self.users) and (
            not self.groups or not self.groups.isdisjoint(requester.groups)
        )
