"""The guard as one running process: policy and inventory in, two servers, until a signal."""

import asyncio
import logging
import socket
import sys
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

from webhook import __version__
from webhook.admission.engine import Engine
from webhook.inventory.known import KnownInventory
from webhook.policy.plain_text import plain
from webhook.policy.policy import Policy
from webhook.server import lifecycle
from webhook.server.access_gate import AccessGate
from webhook.server.app import build_app, build_plain_app
from webhook.server.folding import WINDOW
from webhook.server.health import TlsProbe, health_routes
from webhook.server.journal import Journal
from webhook.server.json_log import say
from webhook.server.listening import at
from webhook.server.metrics.decisions import DecisionMetrics
from webhook.server.metrics.exposition import metrics_route, registry_of
from webhook.server.report_route import report_router
from webhook.server.reporting import Reporting
from webhook.server.tls import Served
from webhook.server.validate import ValidateEndpoint
from webhook.server.watchman import tell_readiness

_SWITCH_INTERVAL = 5e-5
"""Seconds; Python's own 5 ms would be a hundred times what an answer takes."""


def serve(
    policy: Policy,
    open_inventory: AbstractAsyncContextManager[KnownInventory],
    open_gate: AbstractAsyncContextManager[AccessGate],
    served: Served,
    tls_socket: socket.socket,
    health_socket: socket.socket,
) -> None:
    """Serve until SIGTERM or SIGINT. Both sockets are closed at the end. Raises what opening raises."""
    # A report is made in a thread; while it is, an answer to the API server waits for the interpreter so long.
    sys.setswitchinterval(_SWITCH_INTERVAL)
    journal = Journal(policy.matrix)
    asked: dict[str, int] = {}

    async def live() -> None:
        async with open_inventory as inventory, open_gate as gate:
            await serve_from(inventory, gate)
            asked.update(inventory.counts())

    async def serve_from(inventory: KnownInventory, gate: AccessGate) -> None:
        engine = Engine(policy=policy, pods=inventory, clock=_now, namespace_sign=inventory.namespace_sign)
        decisions = DecisionMetrics()
        validate = ValidateEndpoint(engine, inventory, journal, decisions)
        registry = registry_of(decisions, policy, inventory, _now, lambda: served.validity)
        reporting = Reporting(policy, inventory, _now)
        report = report_router(reporting, gate)
        health = health_routes(TlsProbe(tls_socket.getsockname()[:2]), lambda: inventory.synced)
        servers = [
            (lifecycle.server_for(build_app(validate, report, health), served.context), tls_socket),
            (lifecycle.server_for(build_plain_app(health, metrics_route(registry)), None), health_socket),
        ]
        beside = [inventory.follow, lambda: _say_repeats(journal), lambda: tell_readiness(inventory, policy, _now)]
        await lifecycle.run(servers, on_started=say_listening, beside=beside)

    def say_listening() -> None:
        say(
            logging.INFO,
            "listening",
            version=__version__,
            policy=plain(policy.name),
            target=str(policy.target),
            address=f"https://{at(*tls_socket.getsockname()[:2])}",
            health=f"http://{at(*health_socket.getsockname()[:2])}",
        )

    lifecycle.run_loop(live())
    journal.say_repeats(all_of_them=True)
    say(logging.INFO, "stopped", answers=dict(journal.answers), **({"asked": asked} if asked else {}))


async def _say_repeats(journal: Journal) -> None:
    while True:
        await asyncio.sleep(WINDOW)
        journal.say_repeats()


def _now() -> datetime:
    return datetime.now(UTC)
