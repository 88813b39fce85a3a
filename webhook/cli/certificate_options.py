"""``--namespace``, ``--service`` and ``--webhook-configuration``: where a guard's certificates are kept."""

import argparse

from certs.names import service_names
from webhook.admission.registration.configuration import NAME
from webhook.cluster.certificate_names import CertificateNames
from webhook.cluster.credentials import own_namespace


def add_certificate_names(parser: argparse.ArgumentParser) -> None:
    """Add the options that name the objects in which the guard keeps its certificates."""
    parser.add_argument("--namespace", metavar="NAME", help="the guard's own (default: where it runs)")
    parser.add_argument("--service", metavar="NAME", default=NAME, help=f"its Service (default: {NAME})")
    parser.add_argument(
        "--webhook-configuration",
        metavar="NAME",
        default=NAME,
        help=f"that names it (default: {NAME})",
    )


def certificate_names(args: argparse.Namespace) -> CertificateNames:
    """Return the names that were given, or are meant."""
    return CertificateNames(
        namespace=args.namespace or own_namespace() or NAME,
        secret=f"{args.service}-authority",
        config_map=f"{args.service}-ca",
        configuration=args.webhook_configuration,
    )


def host_names(args: argparse.Namespace) -> tuple[str, ...]:
    """Return the names by which a guard of these options is called through its Service."""
    return service_names(args.service, certificate_names(args).namespace)
