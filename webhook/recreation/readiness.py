"""Whether a new pod is what it should be: Ready for long enough, and on a platform version that fits."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from webhook.policy.plain_text import plain
from webhook.recreation.seams import PodNow


class Standing(StrEnum):
    """How a new pod stands."""

    GOOD = "Good"
    OPEN = "Open"
    """It may still become good."""
    UNFIT = "Unfit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How new pods stand together, and what there is to say of it."""

    standing: Standing
    said: str
    pod: PodNow | None = None
    """The good one."""


@dataclass(slots=True, kw_only=True)
class Readiness:
    """Of the pods of one workload.

    How long a pod is Ready is counted from when that was first seen, not from the time in its condition: the
    cluster's clock and ours may differ.
    """

    fit: Callable[[str | None], bool | None]
    min_ready_seconds: int
    ordinary: Callable[[str], bool] | None = None
    """Tells nodes on which a pod is no ECI pod; None where pods of this workload have no business there."""
    _seen: dict[str, tuple[datetime, float]] = field(default_factory=dict)

    def find(self, newcomers: Iterable[PodNow]) -> Finding:
        """Return the best news: a good pod, or one that may become good, or why all are unfit; or that none is."""
        findings = [self._of(pod) for pod in newcomers]
        for standing in Standing:
            for finding in findings:
                if finding.standing is standing:
                    return finding
        return Finding(standing=Standing.OPEN, said="a new pod")

    def all_good(self, pods: Iterable[PodNow]) -> Finding:
        """Return the worst news of pods that are all to be good: an open one before an unfit one, as it may decide."""
        findings = [self._of(pod) for pod in pods]
        for standing in (Standing.OPEN, Standing.UNFIT):
            for finding in findings:
                if finding.standing is standing:
                    return finding
        return Finding(standing=Standing.GOOD, said="")

    def _of(self, pod: PodNow) -> Finding:
        name = plain(pod.name)
        where = f" on {plain(pod.node_name)}" if pod.node_name else ""
        if not self._is_ready(pod):
            trouble = f" ({plain(pod.trouble)})" if pod.trouble else ""
            return Finding(standing=Standing.OPEN, said=f"{name}{where} to be Ready{trouble}")
        if not pod.platform_version:
            if self.ordinary is not None and not pod.instance_id and self.ordinary(pod.node_name):
                return Finding(standing=Standing.GOOD, said="", pod=pod)
            return Finding(standing=Standing.OPEN, said=f"the platform version of {name}{where}")
        if self.fit(pod.platform_version):
            return Finding(standing=Standing.GOOD, said="", pod=pod)
        version = plain(pod.platform_version)
        return Finding(
            standing=Standing.UNFIT,
            said=f"{name}{where} came on platform version {version}, which does not fit: "
            "its template declares it, or that node still gives it",
        )

    def _is_ready(self, pod: PodNow) -> bool:
        if pod.ready_since is None:
            self._seen.pop(pod.uid, None)
            return False
        now = asyncio.get_running_loop().time()
        since, seen = self._seen.get(pod.uid, (None, 0.0))
        if since != pod.ready_since:
            seen = now
            self._seen[pod.uid] = (pod.ready_since, seen)
        return now - seen >= self.min_ready_seconds
