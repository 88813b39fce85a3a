"""Answer admission reviews over TLS (POST /validate), and serve the report.

The plain port serves /livez, /readyz and /metrics. SIGTERM ends it with 0
after the drain delay, a second one at once.

try:
  eci-upgrade-guard serve --policy policy.yaml --inventory cluster
  eci-upgrade-guard serve --policy policy.yaml --inventory pods.json
"""

import argparse
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path

from webhook.access.remembering_reviewer import RememberingReviewer
from webhook.cli.certificate_options import add_certificate_names, certificate_names
from webhook.cli.cluster_options import add_cluster_options, chosen_cluster
from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.policy_option import policy_from
from webhook.cli.report import read_inventory
from webhook.cli.streams import read_input
from webhook.cli.tls_options import add_tls_options, kept_in_cluster, local_source, served_tls
from webhook.cluster.credentials import Credentials, inside_cluster
from webhook.inventory.contact import STALE_AFTER
from webhook.inventory.known import FileInventory, KnownInventory
from webhook.inventory.live import LiveInventory
from webhook.inventory.source import SourceFailed
from webhook.policy.policy import Policy
from webhook.server.access_gate import AccessGate
from webhook.server.certificate_source import CertificateSource
from webhook.server.ending import ADVISED_DELAY, ENDS_WITHIN
from webhook.server.guard import Calling, ServedBy, Sockets, serve
from webhook.server.json_log import json_logs, say
from webhook.server.listening import CannotListen, is_loopback, listen
from webhook.server.policy_reload import PolicyFile
from webhook.server.tls import ServedTls

_LONGEST_DELAY = 3600


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--policy", metavar="FILE", required=True, help="the policy document")
    parser.add_argument(
        "--inventory",
        metavar="cluster|FILE",
        help="where the pods are known from: the live cluster (the default inside of one), or a pod list in a file",
    )
    add_cluster_options(parser)
    parser.add_argument(
        "--inventory-kubeconfig",
        metavar="FILE",
        help="the cluster that runs the pods, where another one calls the webhook",
    )
    parser.add_argument("--inventory-context", metavar="NAME", help="the context of that cluster")
    parser.add_argument(
        "--stale-after",
        metavar="SECONDS",
        type=_seconds,
        default=STALE_AFTER,
        help=f"silence after which readiness is Unknown (default: {STALE_AFTER:.0f}; a quiet API server has 120)",
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=_port, default=8443, help="for TLS (default: 8443; 0 picks a free one)")
    parser.add_argument(
        "--health-port", metavar="PORT", type=_port, default=8080, help="plain, for probes (default: 8080)"
    )
    parser.add_argument(
        "--drain-delay",
        metavar="SECONDS",
        type=_delay,
        default=0.0,
        help=f"how long to go on when told to end (default: 0; behind a Service {ADVISED_DELAY:.0f}); "
        f"{ENDS_WITHIN} later it has ended",
    )
    add_tls_options(parser)
    add_certificate_names(parser)
    parser.add_argument(
        "--report-access",
        choices=("token", "open"),
        help="who may see the report (default: token, unless only this machine can ask)",
    )
    parser.add_argument(
        "--report-audience",
        choices=("own", "api-server"),
        default="own",
        help="api-server takes tokens for it, too, which should not be handed around (default: own)",
    )
    parser.add_argument("--log-level", choices=("info", "debug"), default="info", help="debug logs every allow too")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    data = read_input(args.policy).data
    policy = policy_from(data, args.policy)
    inventory = _inventory(args, policy)
    with json_logs(logging.DEBUG if args.log_level == "debug" else logging.INFO):
        served, clients = served_tls(args)
        certificates = local_source(args, served)
        try:
            sockets = Sockets(
                tls=listen(args.host, args.port),
                health=listen(args.host, args.health_port),
                drain_delay=args.drain_delay,
            )
        except CannotListen as error:
            raise CliError(ExitCode.FAILED, str(error)) from None
        policy_file = PolicyFile(None if args.policy == "-" else Path(args.policy), data)
        try:
            calling = _calling(args, sockets.tls, served, certificates)
            serve(policy, policy_file, inventory, calling, ServedBy(served, clients), sockets)
        except SourceFailed as error:
            raise CliError(ExitCode.FAILED, str(error)) from None
    return ExitCode.OK


def _inventory(args: argparse.Namespace, policy: Policy) -> AbstractAsyncContextManager[KnownInventory]:
    watched = _watched_cluster(args)
    where = args.inventory or ("cluster" if inside_cluster() else None)
    if where is None:
        raise CliError(ExitCode.USAGE, "--inventory is needed outside of a cluster: cluster, or a pod list in a file")
    if where == "cluster":
        return _follow(watched, policy, args.stale_after)
    if args.inventory_kubeconfig or args.inventory_context:
        raise CliError(ExitCode.USAGE, "--inventory-kubeconfig and --inventory-context go with --inventory cluster")
    return nullcontext(FileInventory(read_inventory(where, policy.evidence), policy))


def _watched_cluster(args: argparse.Namespace) -> Credentials:
    """Return the cluster that runs the pods: by default the one that calls."""
    if args.inventory_kubeconfig or args.inventory_context:
        return Credentials(args.inventory_kubeconfig or args.kubeconfig, args.inventory_context)
    return chosen_cluster(args)


@asynccontextmanager
async def _follow(credentials: Credentials, policy: Policy, stale_after: float) -> AsyncIterator[KnownInventory]:
    from webhook.cluster.connection import connect  # noqa: PLC0415 -- the client takes half a second to load

    async with connect(credentials) as cluster:
        yield LiveInventory(cluster, policy, say, stale_after=stale_after)


@asynccontextmanager
async def _calling(
    args: argparse.Namespace, tls_socket: socket.socket, served: ServedTls, local: CertificateSource | None
) -> AsyncIterator[tuple[AccessGate, Calling]]:
    """Yield who lets people see the report, and what else is asked of the cluster that calls us."""
    credentials = chosen_cluster(args)
    is_open = args.report_access == "open" or (args.report_access is None and is_loopback(tls_socket))
    is_meant = credentials.in_cluster or args.kubeconfig or args.context or args.inventory == "cluster"
    if not is_meant and args.report_access != "token" and local is not None:
        yield AccessGate.open() if is_open else AccessGate.closed(), Calling(certificates=local)
        return
    from webhook.cluster.calling import calling  # noqa: PLC0415 -- as in _follow

    async with calling(credentials) as cluster:
        reviewer = RememberingReviewer(cluster.reviews)
        api_server_tokens = args.report_audience == "api-server"
        gate = AccessGate.open() if is_open else AccessGate(reviewer, api_server_tokens=api_server_tokens)
        yield (
            gate,
            Calling(
                certificates=local or kept_in_cluster(cluster.certificates(certificate_names(args), say), args, served),
                reviewer=reviewer,
                configurations=cluster.configurations,
                configuration_name=args.webhook_configuration,
                elsewhere=bool(args.inventory_kubeconfig or args.inventory_context),
            ),
        )


def _seconds(text: str) -> float:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds")
    return float(text)


def _delay(text: str) -> float:
    if not text.isdecimal() or int(text) > _LONGEST_DELAY:
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds, or more than an hour")
    return float(text)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) not in range(65_536):
        raise argparse.ArgumentTypeError(f"{text} is no port")
    return int(text)
