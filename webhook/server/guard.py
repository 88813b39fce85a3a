"""The guard as one running process: policy and inventory in, two servers, until a signal."""

import asyncio
import logging
import socket
import ssl
from datetime import UTC, datetime

from webhook import __version__
from webhook.admission.engine import Engine
from webhook.inventory.inventory import Inventory
from webhook.inventory.pod_index import PodIndex
from webhook.policy.plain_text import plain
from webhook.policy.policy import Policy
from webhook.server import lifecycle
from webhook.server.app import build_app, build_health_app
from webhook.server.folding import WINDOW
from webhook.server.health import TlsProbe, health_routes
from webhook.server.journal import Journal
from webhook.server.json_log import say
from webhook.server.listening import at, is_loopback
from webhook.server.report_route import closed_report_router, report_router
from webhook.server.validate import ValidateEndpoint


def serve(
    policy: Policy,
    inventory: Inventory,
    context: ssl.SSLContext,
    tls_socket: socket.socket,
    health_socket: socket.socket,
) -> None:
    """Serve until SIGTERM or SIGINT. Both sockets are closed at the end."""
    journal = Journal(policy.matrix)
    engine = Engine(policy=policy, pods=PodIndex(inventory.pods), clock=_now)
    report = report_router(policy, inventory, _now) if is_loopback(tls_socket) else closed_report_router()

    async def live() -> None:
        health = health_routes(TlsProbe(tls_socket.getsockname()[:2]))
        servers = [
            (lifecycle.server_for(build_app(ValidateEndpoint(engine, journal), report, health), context), tls_socket),
            (lifecycle.server_for(build_health_app(health), None), health_socket),
        ]
        await lifecycle.run(servers, on_started=say_listening, beside=lambda: _say_repeats(journal))

    def say_listening() -> None:
        say(
            logging.INFO,
            "listening",
            version=__version__,
            policy=plain(policy.name),
            target=str(policy.target),
            eciPods=len(inventory.pods),
            address=f"https://{at(*tls_socket.getsockname()[:2])}",
            health=f"http://{at(*health_socket.getsockname()[:2])}",
        )

    lifecycle.run_loop(live())
    journal.say_repeats(all_of_them=True)
    say(logging.INFO, "stopped", answers=dict(journal.answers))


async def _say_repeats(journal: Journal) -> None:
    while True:
        await asyncio.sleep(WINDOW)
        journal.say_repeats()


def _now() -> datetime:
    return datetime.now(UTC)
