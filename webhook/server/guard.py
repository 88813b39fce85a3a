"""The guard as one running process: policy and inventory in, two servers, until a signal."""

import asyncio
import logging
import socket
import sys
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime

from prometheus_client.registry import Collector

from webhook import __version__
from webhook.access.reviewer import AccessReviewer
from webhook.admission.engine import Engine
from webhook.admission.registration.configuration import NAME
from webhook.inventory.known import KnownInventory
from webhook.policy.plain_text import plain
from webhook.policy.policy import Policy
from webhook.server import lifecycle
from webhook.server.access_gate import AccessGate
from webhook.server.app import build_app, build_plain_app
from webhook.server.certificate_source import CertificateSource
from webhook.server.client_certificates import ClientGate
from webhook.server.details import Details
from webhook.server.ending import Ending
from webhook.server.folding import WINDOW
from webhook.server.health import TlsProbe, health_routes
from webhook.server.journal import Journal
from webhook.server.json_log import say
from webhook.server.listening import at
from webhook.server.metrics.certificates import CertificateMetrics
from webhook.server.metrics.cluster import ClusterMetrics
from webhook.server.metrics.deadlines import DeadlineMetrics
from webhook.server.metrics.decisions import DecisionMetrics
from webhook.server.metrics.draining import DrainingMetrics
from webhook.server.metrics.exposition import metrics_route, registry_of
from webhook.server.metrics.freshness import FreshnessMetrics
from webhook.server.metrics.going_by import GoingByMetrics
from webhook.server.override_rights import OverrideRights
from webhook.server.policy_in_force import PolicyInForce
from webhook.server.policy_reload import PolicyFile, follow_policy
from webhook.server.registered_rules import ConfigurationSource, RegisteredRules
from webhook.server.report_route import report_router
from webhook.server.reporting import Reporting
from webhook.server.tls import ServedTls
from webhook.server.validate import ValidateEndpoint
from webhook.server.watchman import tell_readiness
from webhook.server.window_now import WindowNow

_SWITCH_INTERVAL = 5e-5
"""Seconds; Python's own 5 ms would be a hundred times what an answer takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calling:
    """What is asked of the cluster that calls the guard; nothing where none is meant, but for the certificates."""

    certificates: CertificateSource
    reviewer: AccessReviewer | None = None
    configurations: ConfigurationSource | None = None
    configuration_name: str = NAME
    elsewhere: bool = False
    """Whether it is another cluster than the one that runs the pods."""


@dataclass(frozen=True, slots=True)
class ServedBy:
    """Who is shown which certificate, and who may post reviews."""

    tls: ServedTls
    clients: ClientGate


@dataclass(frozen=True, slots=True, kw_only=True)
class Sockets:
    """What is listened on, and how long still when the process was told to end."""

    tls: socket.socket
    health: socket.socket
    drain_delay: float = 0.0
    """Seconds."""


def serve(
    policy: Policy,
    policy_file: PolicyFile,
    open_inventory: AbstractAsyncContextManager[KnownInventory],
    open_calling: AbstractAsyncContextManager[tuple[AccessGate, Calling]],
    served: ServedBy,
    sockets: Sockets,
) -> None:
    """Serve until a signal, and on for the delay. Both sockets are closed at the end. Raises what opening raises."""
    # A report is made in a thread; while it is, an answer to the API server waits for the interpreter so long.
    sys.setswitchinterval(_SWITCH_INTERVAL)
    in_force = PolicyInForce(policy, _now())
    journal = Journal(in_force)
    asked: dict[str, int] = {}

    async def live() -> None:
        async with open_inventory as inventory, open_calling as (gate, calling):
            guard = _Guard(in_force, inventory, calling, journal)
            await guard.run(policy_file, gate, served, sockets)
            asked.update(inventory.counts())

    lifecycle.run_loop(live())
    journal.say_repeats(all_of_them=True)
    say(logging.INFO, "stopped", answers=dict(journal.answers), **({"asked": asked} if asked else {}))


class _Guard:
    """The parts that answer, put together."""

    def __init__(self, in_force: PolicyInForce, inventory: KnownInventory, calling: Calling, journal: Journal) -> None:
        self._in_force = in_force
        self._inventory = inventory
        self._journal = journal
        self._decisions = DecisionMetrics()
        self._overrides = OverrideRights(calling.reviewer)
        self._registered = RegisteredRules(calling.configurations, calling.configuration_name, in_force)
        self._window = WindowNow(in_force, _now)
        self._elsewhere = calling.elsewhere
        self._certificates = calling.certificates
        self._validate = ValidateEndpoint(
            self._engine(in_force.policy), inventory, self._overrides, journal, self._decisions
        )

    async def run(self, policy_file: PolicyFile, gate: AccessGate, served: ServedBy, sockets: Sockets) -> None:
        """Answer until a signal."""
        reporting = Reporting(self._in_force, self._inventory, _now, self._registered, self._window)
        details = Details(self._in_force, self._inventory, self._registered, self._window, self._certificates, _now)
        ending = Ending(sockets.drain_delay)
        probe = TlsProbe(sockets.tls.getsockname()[:2])
        health = health_routes(probe, lambda: self._inventory.synced, ending, details.lines)
        app = build_app(self._validate, report_router(reporting, gate), health, served.clients)
        plain_app = build_plain_app(health, metrics_route(registry_of(*self._collectors(served.tls, ending))))
        await lifecycle.run(
            [
                (lifecycle.server_for(app, served.tls.context), sockets.tls),
                (lifecycle.server_for(plain_app, None), sockets.health),
            ],
            ending,
            on_started=lambda: _say_listening(self._in_force.policy, sockets),
            beside=[
                self._certificates.run,
                self._inventory.follow,
                self._registered.follow,
                lambda: follow_policy(policy_file, self._in_force, self._adopt, _now),
                lambda: _say_repeats(self._journal),
                lambda: tell_readiness(self._inventory, self._in_force, _now),
            ],
        )

    def _engine(self, policy: Policy) -> Engine:
        return Engine(policy, self._inventory, _now, elsewhere=self._elsewhere)

    def _adopt(self, policy: Policy) -> None:
        self._inventory.adopt(policy)
        self._validate.engine = self._engine(policy)
        self._registered.policy_changed()

    def _collectors(self, served: ServedTls, ending: Ending) -> Iterator[Collector]:
        yield self._decisions
        yield ClusterMetrics(self._in_force, self._inventory, _now)
        yield FreshnessMetrics(self._inventory, _now)
        yield DeadlineMetrics(self._in_force, lambda: served.validity)
        yield CertificateMetrics(self._certificates)
        yield DrainingMetrics(ending)
        yield GoingByMetrics(self._in_force, self._registered, self._overrides, self._window)


def _say_listening(policy: Policy, sockets: Sockets) -> None:
    say(
        logging.INFO,
        "listening",
        version=__version__,
        policy=plain(policy.name),
        target=str(policy.target),
        address=f"https://{at(*sockets.tls.getsockname()[:2])}",
        health=f"http://{at(*sockets.health.getsockname()[:2])}",
    )


async def _say_repeats(journal: Journal) -> None:
    while True:
        await asyncio.sleep(WINDOW)
        journal.say_repeats()


def _now() -> datetime:
    return datetime.now(UTC)
