"""``--kubeconfig`` and its kin: which cluster is meant."""

import argparse

from webhook.cluster.credentials import Credentials

CLUSTER_FLAGS = ("kubeconfig", "context")


def add_cluster_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that name a cluster as kubectl's do."""
    parser.add_argument("--kubeconfig", metavar="FILE", help="how to reach the cluster (default: as kubectl)")
    parser.add_argument("--context", metavar="NAME", help="the kubeconfig's context (default: its current one)")


def chosen_cluster(args: argparse.Namespace) -> Credentials:
    """Return the cluster that the options name."""
    return Credentials(args.kubeconfig, args.context)
