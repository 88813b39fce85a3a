"""Looking at a pod that the inventory has never seen: the one question that admission may ask of the cluster.

A pod is bound milliseconds after it was created, which may be before the watch tells of it. The question is bounded
every way: one for each pod however many ask, few at a time, few a second, and only while the caller still waits.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from enum import StrEnum

from msgspec import Raw

from webhook.inventory.pod_item import UnreadablePod
from webhook.inventory.source import PodGetter, SourceFailed
from webhook.policy.pod_facts import PodFacts

IN_FLIGHT = 8
A_SECOND = 20


class Outcome(StrEnum):
    """How looking went. Only FOUND brings a pod; after all others the pod is let pass."""

    FOUND = "found"
    ORDINARY = "ordinary"
    """It is there and shows no sign of ECI, or it is there no longer."""
    FAILED = "failed"
    TOO_MANY = "too many"
    TOO_LATE = "too late"


class UnseenPods:
    """Asks for single pods, within bounds."""

    def __init__(
        self,
        getter: PodGetter,
        reduce: Callable[[Raw], PodFacts | None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.outcomes: Counter[Outcome] = Counter()
        self._getter = getter
        self._reduce = reduce
        self._monotonic = monotonic
        self._asking: dict[tuple[str, str], asyncio.Task[PodFacts | None]] = {}
        self._allowance = float(A_SECOND)
        self._counted_at = monotonic()

    async def look_up(self, *, uid: str, namespace: str, name: str, within: float) -> PodFacts | None:
        """Return the pod if there is one that shows a sign of ECI. Never raises; how it went is counted."""
        pod, outcome = await self._ask(uid, namespace, name, within)
        self.outcomes[outcome] += 1
        return pod

    async def _ask(self, uid: str, namespace: str, name: str, within: float) -> tuple[PodFacts | None, Outcome]:
        asked = self._asking.get((namespace, name))
        if asked is None:
            if len(self._asking) >= IN_FLIGHT or not self._may_ask():
                return None, Outcome.TOO_MANY
            asked = asyncio.create_task(self._get(namespace, name))
            self._asking[namespace, name] = asked
            asked.add_done_callback(lambda done: self._asked(namespace, name, done))
        done, _ = await asyncio.wait([asked], timeout=within)
        if not done:
            return None, Outcome.TOO_LATE
        try:
            pod = asked.result()
        except (SourceFailed, UnreadablePod):
            return None, Outcome.FAILED
        if pod is None or (uid and pod.uid != uid):
            return None, Outcome.ORDINARY
        return pod, Outcome.FOUND

    def _asked(self, namespace: str, name: str, done: asyncio.Task[PodFacts | None]) -> None:
        del self._asking[namespace, name]
        if not done.cancelled():
            done.exception()  # taken, so that nobody complains where all have gone meanwhile

    async def _get(self, namespace: str, name: str) -> PodFacts | None:
        item = await self._getter.get(namespace, name)
        return None if item is None else self._reduce(item)

    def _may_ask(self) -> bool:
        now = self._monotonic()
        self._allowance = min(A_SECOND, self._allowance + (now - self._counted_at) * A_SECOND)
        self._counted_at = now
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True
