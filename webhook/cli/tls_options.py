"""``--tls`` and its kin: which certificate the guard shows, where it is kept, and whose certificate it asks for."""

import argparse
from pathlib import Path

from certs.directory import PairDirectory
from certs.keeping import Keeper, Stores
from certs.names import LOOPBACK
from certs.reading import BadPair
from certs.self_signing import SelfSigning
from certs.watched_files import WatchedFiles
from webhook.cli.certificate_options import host_names
from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cluster.credentials import own_namespace
from webhook.server.certificate_source import CertificateSource
from webhook.server.client_certificates import ClientGate
from webhook.server.json_log import say
from webhook.server.tls import ServedTls

SELF, FILES, DEV = "self", "files", "dev"


def add_tls_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``serve`` that are about TLS, but for the names of objects."""
    parser.add_argument(
        "--tls",
        choices=(SELF, FILES, DEV),
        help="the certificate: by an authority kept in a Secret (default in a pod), from files (default with "
        "--tls-cert), or self-signed (default elsewhere)",
    )
    parser.add_argument("--tls-cert", metavar="FILE", type=Path, help="PEM; read anew as it changes")
    parser.add_argument("--tls-key", metavar="FILE", type=Path, help="PEM")
    parser.add_argument(
        "--client-ca",
        metavar="FILE",
        type=Path,
        help="PEM; reviews are taken only with a certificate by these, and all else without one too",
    )
    parser.add_argument(
        "--client-name",
        metavar="NAME",
        action="append",
        default=[],
        help="a name in such a certificate that may; may be given several times",
    )


def chosen_mode(args: argparse.Namespace) -> str:
    """Return where the certificate comes from. Raises CliError."""
    if (args.tls_cert is None) != (args.tls_key is None):
        raise CliError(ExitCode.USAGE, "--tls-cert and --tls-key go together")
    is_given = args.tls_cert is not None
    mode: str = args.tls or (FILES if is_given else SELF if own_namespace() else DEV)
    if is_given != (mode == FILES):
        raise CliError(ExitCode.USAGE, "--tls files goes with --tls-cert and --tls-key, and nothing else does")
    return mode


def served_tls(args: argparse.Namespace) -> tuple[ServedTls, ClientGate]:
    """Return what shows the certificate, nothing yet, and who may post reviews. Raises CliError."""
    if bool(args.client_ca) != bool(args.client_name):
        raise CliError(ExitCode.USAGE, "--client-ca and --client-name go together: many are signed by one authority")
    try:
        authorities = args.client_ca.read_bytes() if args.client_ca else None
        return ServedTls(client_authorities=authorities), ClientGate(frozenset(args.client_name))
    except OSError as error:
        raise CliError(ExitCode.FAILED, f"cannot read {args.client_ca}: {error.strerror}") from None
    except BadPair as error:
        raise CliError(ExitCode.FAILED, f"cannot use {args.client_ca}: {error}") from None


def local_source(args: argparse.Namespace, served: ServedTls) -> CertificateSource | None:
    """Return where certificates come from, once the first is shown; None where that is the cluster. Raises CliError."""
    try:
        match chosen_mode(args):
            case "files":
                files = WatchedFiles(PairDirectory(args.tls_cert, args.tls_key), served.show, say)
                files.begin()
                return files
            case "dev":
                made = SelfSigning((*LOOPBACK, args.host), served.show, say)
                made.look()
                return made
            case _:
                return None
    except ValueError as error:
        raise CliError(ExitCode.FAILED, str(error)) from None


def kept_in_cluster(stores: Stores, args: argparse.Namespace, served: ServedTls) -> CertificateSource:
    """Return the keeper of an authority that all replicas share."""
    return Keeper(host_names(args), stores, served.show, say)
