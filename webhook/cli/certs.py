"""Look at the certificates of serve --tls self, and renew them.

  status            who signs now, who comes next, whom each entry of the
                    webhook configuration trusts, and what --server serves
  rotate leaf       have every replica make a new leaf within a minute
  rotate authority  have them make a new authority; it signs once it was
                    trusted everywhere for a minute
  init              make what a guard makes when it starts, for one that may
                    not: Secret, ConfigMap and caBundle

exit codes:
  0 all is in order   3 something is not   1 the tool failed   2 usage

try:
  eci-upgrade-guard certs status
  eci-upgrade-guard certs status --server 127.0.0.1:8443
"""

import argparse
import asyncio
import logging
import secrets
from datetime import UTC, datetime

from certs.agreement import RENEW_AUTHORITY, RENEW_LEAVES
from certs.bundle import fingerprint
from certs.chest import read_chest
from certs.keeping import Keeper, Stores
from certs.stores import StoreFailed
from webhook.cli.certificate_options import add_certificate_names, certificate_names, host_names
from webhook.cli.certificates_told import Told, as_json, as_text, tell_of
from webhook.cli.cluster_options import add_cluster_options, chosen_cluster
from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.streams import write_error, write_output
from webhook.cluster.calling import calling
from webhook.cluster.certificate_names import CertificateNames
from webhook.cluster.secrets import Secrets
from webhook.inventory.source import SourceFailed
from webhook.server.handshake import CannotShakeHands, certificate_of

LEAF, AUTHORITY = "leaf", "authority"
_LAST_PORT = 65_535


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.usage = f"{parser.prog} status|rotate WHAT|init [options]"
    parser.add_argument("what", choices=("status", "rotate", "init"), help="see above")
    parser.add_argument("which", nargs="?", choices=(LEAF, AUTHORITY), help="what to rotate")
    add_cluster_options(parser)
    add_certificate_names(parser)
    parser.add_argument("--server", metavar="HOST:PORT", type=_address, help="where to look at what is served")
    parser.add_argument("-o", "--output", choices=("text", "json"), default="text", help="the format of status")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    if (args.what == "rotate") != (args.which is not None):
        raise CliError(ExitCode.USAGE, f"rotate goes with {LEAF} or {AUTHORITY}, and nothing else does")
    if args.what != "status" and (args.server or args.output != "text"):
        raise CliError(ExitCode.USAGE, "--server and --output go with status")
    try:
        return asyncio.run(_run(args))
    except (SourceFailed, StoreFailed, CannotShakeHands) as failure:
        raise CliError(ExitCode.FAILED, str(failure)) from None


async def _run(args: argparse.Namespace) -> int:
    names = certificate_names(args)
    async with calling(chosen_cluster(args)) as cluster:
        if args.what == "rotate":
            return await _rotate(Secrets(cluster.api, names.namespace, names.secret), args.which, names)
        stores = cluster.certificates(names, _tell)
        if args.what == "init":
            return await _init(stores, host_names(args))
        return await _status(args, stores, names)


async def _status(args: argparse.Namespace, stores: Stores, names: CertificateNames) -> ExitCode:
    told = tell_of(
        names,
        await stores.secret.read(),
        await stores.configuration.read(),
        await certificate_of(*args.server) if args.server else None,
        datetime.now(UTC),
    )
    write_output(as_json(told) if args.output == "json" else as_text(told))
    return _code(told)


async def _rotate(secret: Secrets, which: str, names: CertificateNames) -> ExitCode:
    stored = await secret.read()
    current = read_chest(stored.data).current if stored else None
    if current is None:
        raise CliError(ExitCode.FAILED, f"there is no authority in Secret {names.namespace}/{names.secret}")
    if which == LEAF:
        await secret.annotate({RENEW_LEAVES: secrets.token_hex(8)})
        write_output("Every replica makes a new leaf within a minute.\n")
        return ExitCode.OK
    await secret.annotate({RENEW_AUTHORITY: fingerprint(current.certificate)})
    write_output(
        "The next authority is made within a minute, and signs once it was trusted everywhere for a minute more.\n"
        "The one that signs now stays trusted until it ends. Next: eci-upgrade-guard certs status\n"
    )
    return ExitCode.OK


async def _init(stores: Stores, hosts: tuple[str, ...]) -> ExitCode:
    """Do what a guard does first. The leaf is for nobody."""
    keeper = Keeper(hosts, stores, lambda _leaf: None, _tell)
    await keeper.tick(datetime.now(UTC))
    if keeper.state.problem:
        return ExitCode.FAILED  # which was told
    write_output("There is an authority, and every entry there is trusts it. Next: eci-upgrade-guard certs status\n")
    return ExitCode.OK


def _tell(level: int, event: str, /, **fields: object) -> None:
    if level >= logging.WARNING:
        write_error(": ".join([event, *map(str, fields.values())]))


def _code(told: Told) -> ExitCode:
    return ExitCode.NOT_READY if told.problems else ExitCode.OK


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if (
        not (host and port.isascii() and port.isdecimal() and len(port) < len("100000"))
        or not 0 < int(port) <= _LAST_PORT
    ):
        raise argparse.ArgumentTypeError(f"{text} is no address; write it like 127.0.0.1:8443")
    return host.strip("[]"), int(port)
