"""Making reports for whoever asks: each in a thread, one at a time, kept until what it says may change."""

import asyncio
import functools
import gzip
import hashlib
import secrets
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from webhook.inventory.inventory import Inventory
from webhook.inventory.known import KnownInventory
from webhook.inventory.question import ask
from webhook.inventory.surroundings import Surroundings
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.policy import Policy
from webhook.policy.verdict import Readiness, Verdict
from webhook.policy.wording import pods_against
from webhook.readiness.making import Show, make_report
from webhook.readiness.rendering import Format, Occasion, render
from webhook.readiness.report import GuardState, ReadinessReport, WindowState
from webhook.server.background import in_a_thread
from webhook.server.kept_reports import KeptReports, Made
from webhook.server.policy_in_force import PolicyInForce
from webhook.server.registered_rules import RegisteredRules
from webhook.server.window_now import WindowNow

_STEP = 500
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
class Answer:
    """Readiness in a sentence."""

    readiness: Readiness
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Basis:
    """All that a report is made from."""

    known: Inventory
    surroundings: Surroundings
    policy: Policy
    policy_taken_at: datetime
    window: WindowState
    guard: GuardState
    heard_at: datetime | None
    now: datetime

    @property
    def state(self) -> Hashable:
        """What tells two bases apart by what a report says, but for its age."""
        known = self.known
        inventory = (known.revision, known.examined, known.gaps, known.kubernetes_version, known.cluster_id)
        exempting = tuple(exemption.holds_at(self.now) for exemption in self.policy.exemptions)
        return (inventory, self.surroundings.revision, self.policy_taken_at, exempting, self.window, self.guard)


class Reporting:
    """Answers questions about the cluster."""

    def __init__(
        self,
        in_force: PolicyInForce,
        inventory: KnownInventory,
        clock: Callable[[], datetime],
        registered: RegisteredRules,
        window: WindowNow,
    ) -> None:
        self.now = clock
        self._in_force = in_force
        self._registered = registered
        self._window = window
        self._inventory = inventory
        self._one_at_a_time = asyncio.Lock()
        self._making: asyncio.Future[Made] | None = None
        self._salt = secrets.token_hex(8)
        self._kept = KeptReports()

    @property
    def target(self) -> KubernetesVersion:
        """The policy's."""
        return self._in_force.policy.target

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
        standing = ask(inventory.store, self._in_force.policy, target, now=self.now(), complete=not doubt, offenders=1)
        counts = standing.counts
        unfit, pods = counts.get(Verdict.INCOMPATIBLE, 0), sum(counts.values())
        unknown = counts.get(Verdict.UNKNOWN, 0)
        parts = [f"{unknown} could not be judged"] if unknown else []
        parts += [doubt] if doubt else []
        if unfit or not parts:
            parts.insert(0, pods_against(unfit, pods, target))
        return Answer(standing.readiness, "; ".join(parts))

    async def make(self, asked: Asked, *, compressed: bool) -> Made:
        """Return a report of the present state. Formats for people are as old as the second."""
        surroundings = await self._inventory.look_around()
        async with self._one_at_a_time:
            if self._making is not None:
                await asyncio.wait([self._making])  # of somebody who went away: one is made at a time all the same
            now = self.now()
            basis = self._basis(surroundings, now)
            self._kept.keep_only(basis.state)
            state = (asked, compressed, basis.state)
            # Formats for people say how old the data is.
            second = now.replace(microsecond=0) if asked.format.nature.for_people else None
            made = self._kept.find((state, second))
            if made is None:
                write = functools.partial(self._write, asked, basis, state, compressed=compressed)
                self._making = in_a_thread(write)
                made = await asyncio.shield(self._making)
                self._kept.keep((state, second), made)
            return made

    def _basis(self, surroundings: Surroundings, now: datetime) -> _Basis:
        """Take what a report is made from, here, where nothing of it changes, and not in the thread."""
        return _Basis(
            known=self._inventory.snapshot(),
            surroundings=surroundings,
            policy=self._in_force.policy,
            policy_taken_at=self._in_force.taken_at,
            window=self._window.state(),
            guard=self._guard(),
            heard_at=self._inventory.heard_at(),
            now=now,
        )

    def _guard(self) -> GuardState:
        return GuardState(
            policy_problems=self._in_force.problems,
            kinds_not_sent=self._registered.missing,
            registration_problem=self._registered.problem or None,
        )

    def _write(self, asked: Asked, basis: _Basis, state: Hashable, *, compressed: bool) -> Made:
        known = basis.known
        if asked.namespace:
            pods = tuple(pod for pod in known.pods if pod.namespace == asked.namespace)
            known = replace(known, pods=pods, examined=len(pods), namespace=asked.namespace)
        report = make_report(
            known,
            basis.policy,
            target=asked.target,
            now=basis.now,
            show=asked.show,
            surroundings=basis.surroundings,
            window=basis.window,
            guard=basis.guard,
        )
        occasion = Occasion(
            now=basis.now,
            heard_at=basis.heard_at,
            again=f"eci-upgrade-guard report --policy FILE --target {asked.target}",
            recreate=f"eci-upgrade-guard recreate --policy FILE --target {asked.target}",
        )
        body = render(report, asked.format, occasion)
        _forget(report)
        return Made(
            body=gzip.compress(body, _COMPRESSION, mtime=0) if compressed else body,
            etag=self._etag(body, asked, state, compressed=compressed),
            compressed=compressed,
        )

    def _etag(self, body: bytes, asked: Asked, state: Hashable, *, compressed: bool) -> str:
        """Return a tag that changes with what is said of the cluster, and not with its age."""
        if asked.format.nature.for_people:
            return f'W/"{hashlib.sha256(f"{self._salt}{state}".encode()).hexdigest()[:32]}"'
        return f'"{hashlib.sha256(body).hexdigest()[:32]}{"-gzip" if compressed else ""}"'


def _forget(report: ReadinessReport) -> None:
    """Let go of the findings in steps: to free them all at once would hold the interpreter for milliseconds."""
    findings = report.findings
    if isinstance(findings, list):
        while findings:
            del findings[-_STEP:]
