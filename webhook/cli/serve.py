"""Answer admission reviews over TLS (POST /validate), and serve the readiness report (GET /report).

The plain port serves /livez and /readyz. SIGTERM and Ctrl-C end it with 0, a second one at once.

try:
  eci-upgrade-guard serve --policy policy.yaml --inventory pods.json
"""

import argparse
import logging
import ssl
from datetime import UTC, datetime
from pathlib import Path

from certs.self_signed import LIFETIME, make_self_signed
from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.policy_option import load_policy
from webhook.cli.report import read_inventory
from webhook.server.guard import serve
from webhook.server.json_log import json_logs, say
from webhook.server.listening import CannotListen, listen
from webhook.server.tls import BadPair, context_from_files, context_from_pair


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--policy", metavar="FILE", required=True, help="the policy document")
    parser.add_argument("--inventory", metavar="FILE", required=True, help="a pod list, as `report --from` takes it")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=_port, default=8443, help="for TLS (default: 8443; 0 picks a free one)")
    parser.add_argument("--health-port", type=_port, default=8080, help="plain, for probes (default: 8080)")
    parser.add_argument("--tls-cert", metavar="FILE", type=Path, help="PEM; without it a self-signed pair is made")
    parser.add_argument("--tls-key", metavar="FILE", type=Path, help="PEM")
    parser.add_argument("--log-level", choices=("info", "debug"), default="info", help="debug logs every allow too")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    policy = load_policy(args.policy)
    inventory = read_inventory(args.inventory, policy.evidence)
    with json_logs(logging.DEBUG if args.log_level == "debug" else logging.INFO):
        context = _context(args)
        try:
            sockets = listen(args.host, args.port), listen(args.host, args.health_port)
        except CannotListen as error:
            raise CliError(ExitCode.FAILED, str(error)) from None
        serve(policy, inventory, context, *sockets)
    return ExitCode.OK


def _context(args: argparse.Namespace) -> ssl.SSLContext:
    if (args.tls_cert is None) != (args.tls_key is None):
        raise CliError(ExitCode.USAGE, "--tls-cert and --tls-key go together")
    try:
        if args.tls_cert is not None:
            return context_from_files(args.tls_cert, args.tls_key)
        now = datetime.now(UTC)
        context = context_from_pair(make_self_signed(["localhost", "127.0.0.1", "::1", args.host], now))
    except (BadPair, ValueError) as error:
        raise CliError(ExitCode.FAILED, str(error)) from None
    say(logging.WARNING, "self-signed certificate made", notAfter=(now + LIFETIME).isoformat(timespec="seconds"))
    return context


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) not in range(65_536):
        raise argparse.ArgumentTypeError(f"{text} is no port")
    return int(text)
