"""``--kubeconfig`` and its kin: which cluster is meant."""

import argparse

from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cluster.credentials import Credentials

CLUSTER_FLAGS = ("kubeconfig", "context")


def add_cluster_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that name a cluster as kubectl's do."""
    _add_kubeconfig(parser)
    parser.add_argument("--context", metavar="NAME", help="the kubeconfig's context (default: the current)")


def add_clusters_options(parser: argparse.ArgumentParser, help_of_context: str) -> None:
    """Add the options that name clusters: ``--context`` may be repeated, and none that is named is overlooked."""
    _add_kubeconfig(parser)
    parser.add_argument("--context", metavar="NAME", action="append", default=[], help=help_of_context)


def chosen_cluster(args: argparse.Namespace) -> Credentials:
    """Return the cluster that the options name."""
    return Credentials(args.kubeconfig, args.context)


def chosen_clusters(args: argparse.Namespace) -> list[Credentials]:
    """Return the clusters that the options name, at least one. Raises CliError for one that is named twice."""
    for place, context in enumerate(args.context):
        if context in args.context[:place]:
            raise CliError(ExitCode.USAGE, f"--context {context} is given twice")
    return [Credentials(args.kubeconfig, context) for context in args.context or [None]]


def the_only_cluster(args: argparse.Namespace, why: str) -> Credentials:
    """Return the one cluster that is named. Raises CliError for more of them, and says ``why`` there can be but one."""
    first, *others = chosen_clusters(args)
    if others:
        raise CliError(ExitCode.USAGE, f"{why}: give one --context")
    return first


def _add_kubeconfig(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kubeconfig", metavar="FILE", help="how to reach the cluster (default: as kubectl)")
