"""Making reports for whoever asks: each in a thread, one at a time, kept until what it says may change."""

import asyncio
import contextlib
import functools
import gc
import gzip
import hashlib
import os
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from webhook.inventory.inventory import Inventory
from webhook.inventory.known import KnownInventory
from webhook.inventory.surroundings import Surroundings
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.policy import Policy
from webhook.policy.verdict import Readiness, Verdict
from webhook.readiness.making import Show, make_report
from webhook.readiness.question import ask
from webhook.readiness.rendering import FOR_PEOPLE, Format, Occasion, render
from webhook.readiness.report import ReadinessReport
from webhook.readiness.summary import number

_KEPT_BYTES = 64 * 1024 * 1024
"""Of reports together; one that is larger by itself is kept until the next."""
_KEPT_REPORTS = 256
"""However small: what is kept of each beside its body adds up too."""
_STEP = 500
_LAST = 19
"""The lowest priority there is."""
_COMPRESSION = 1
"""The fastest: a report shrinks to a twentieth by it, and admission waits for the interpreter meanwhile."""


class Asked(NamedTuple):
    """What somebody wants to have reported."""

    target: KubernetesVersion
    format: Format
    namespace: str
    """The one to look at; "" is all."""
    show: Show


@dataclass(frozen=True, slots=True)
class Made:
    """A report, written."""

    body: bytes
    etag: str
    compressed: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """Readiness in a sentence."""

    readiness: Readiness
    summary: str


class Reporting:
    """Answers questions about the cluster."""

    def __init__(self, policy: Policy, inventory: KnownInventory, clock: Callable[[], datetime]) -> None:
        self.now = clock
        self._policy = policy
        self._inventory = inventory
        self._one_at_a_time = asyncio.Lock()
        self._making: asyncio.Future[Made] | None = None
        self._salt = secrets.token_hex(8)
        self._kept: OrderedDict[Hashable, Made] = OrderedDict()

    @property
    def target(self) -> KubernetesVersion:
        """The policy's."""
        return self._policy.target

    def lacks_namespace(self, namespace: str) -> bool:
        """Whether it is known that the cluster has no such namespace."""
        return self._inventory.lacks_namespace(namespace)

    def age(self) -> int | None:
        """Return how many seconds ago the cluster was heard; None where nobody knows."""
        heard_at = self._inventory.heard_at()
        return None if heard_at is None else max(0, int((self.now() - heard_at).total_seconds()))

    def ask(self, target: KubernetesVersion) -> Answer:
        """Answer at once, whatever the size of the cluster."""
        inventory = self._inventory
        doubt = inventory.doubt()
        standing = ask(inventory.store, self._policy, target, now=self.now(), complete=not doubt, offenders=1)
        counts = standing.counts
        unfit, pods = counts.get(Verdict.INCOMPATIBLE, 0), sum(counts.values())
        said = f"{unfit} of {number(pods, 'ECI pod')} cannot run under Kubernetes {target}"
        unknown = counts.get(Verdict.UNKNOWN, 0)
        parts = [said, *([f"{unknown} could not be judged"] if unknown else []), *([doubt] if doubt else [])]
        return Answer(standing.readiness, "; ".join(parts))

    async def make(self, asked: Asked, *, compressed: bool) -> Made:
        """Return a report of the present state. Formats for people are as old as the second."""
        surroundings = await self._inventory.look_around()
        async with self._one_at_a_time:
            if self._making is not None:
                await asyncio.wait([self._making])  # of somebody who went away: one is made at a time all the same
            now = self.now()
            known = self._inventory.snapshot()  # here, where the pods do not change under it, and not in the thread
            state = self._state(asked, known, surroundings, now, compressed=compressed)
            second = now.replace(microsecond=0) if asked.format in FOR_PEOPLE else None  # they say how old the data is
            made = self._kept.get((state, second))
            if made is None:
                write = functools.partial(self._write, asked, known, surroundings, now, compressed=compressed)
                self._making = _in_a_thread(functools.partial(_without_collections, lambda: write(state)))
                made = await asyncio.shield(self._making)
                self._keep((state, second), made)
            return made

    def _state(
        self,
        asked: Asked,
        known: Inventory,
        surroundings: Surroundings,
        now: datetime,
        *,
        compressed: bool,
    ) -> Hashable:
        exempting = tuple(exemption.holds_at(now) for exemption in self._policy.exemptions)
        inventory = (known.revision, known.examined, known.gaps, known.kubernetes_version, known.cluster_id)
        state = (inventory, surroundings.revision)
        return (asked, compressed, exempting, state)

    def _write(
        self,
        asked: Asked,
        known: Inventory,
        surroundings: Surroundings,
        now: datetime,
        state: Hashable,
        *,
        compressed: bool,
    ) -> Made:
        if asked.namespace:
            pods = tuple(pod for pod in known.pods if pod.namespace == asked.namespace)
            known = replace(known, pods=pods, examined=len(pods), namespace=asked.namespace)
        report = make_report(
            known,
            self._policy,
            target=asked.target,
            now=now,
            show=asked.show,
            surroundings=surroundings,
        )
        again = f"eci-upgrade-guard report --target {asked.target}"
        body = render(report, asked.format, Occasion(now=now, heard_at=self._inventory.heard_at(), again=again))
        _forget(report)
        return Made(
            body=gzip.compress(body, _COMPRESSION, mtime=0) if compressed else body,
            etag=self._etag(body, asked, state, compressed=compressed),
            compressed=compressed,
        )

    def _etag(self, body: bytes, asked: Asked, state: Hashable, *, compressed: bool) -> str:
        """Return a tag that changes with what is said of the cluster, and not with its age."""
        if asked.format in FOR_PEOPLE:
            return f'W/"{hashlib.sha256(f"{self._salt}{state}".encode()).hexdigest()[:32]}"'
        return f'"{hashlib.sha256(body).hexdigest()[:32]}{"-gzip" if compressed else ""}"'

    def _keep(self, key: Hashable, made: Made) -> None:
        self._kept[key] = made
        while len(self._kept) > _KEPT_REPORTS or (
            len(self._kept) > 1 and sum(len(one.body) for one in self._kept.values()) > _KEPT_BYTES
        ):
            self._kept.popitem(last=False)


def _forget(report: ReadinessReport) -> None:
    """Let go of the findings in steps: to free them all at once would hold the interpreter for milliseconds."""
    findings = report.findings
    if isinstance(findings, list):
        while findings:
            del findings[-_STEP:]


def _in_a_thread(make: Callable[[], Made]) -> asyncio.Future[Made]:
    """Begin a report in a thread that dies with the process: one of an executor would keep it alive to its end."""
    loop = asyncio.get_running_loop()
    made: asyncio.Future[Made] = loop.create_future()

    def run() -> None:
        _step_back()
        try:
            told = functools.partial(made.set_result, make())
        except Exception as error:  # noqa: BLE001 -- whatever it is, who waits is to hear of it
            told = functools.partial(made.set_exception, error)
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits
            loop.call_soon_threadsafe(told)

    threading.Thread(target=run, name="reports", daemon=True).start()
    return made


def _step_back() -> None:
    """Let every other thread go first where they share a core: a thread has a priority of its own on Linux."""
    with contextlib.suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LAST)


def _without_collections(make: Callable[[], Made]) -> Made:
    """Make a report while the collector of cycles rests: it stops everybody for as long as it looks at all there is.

    A report makes no cycles. One is made at a time, so nobody else has put the collector to rest.
    """
    gc.disable()
    try:
        return make()
    finally:
        gc.enable()
