"""The pods of the live cluster, listed once for a command."""

import argparse
import asyncio
from datetime import UTC, datetime

from webhook.cli.cluster_options import chosen_cluster
from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cluster.connection import connect
from webhook.inventory.inventory import Inventory
from webhook.inventory.looking_around import read_surroundings
from webhook.inventory.source import SourceFailed
from webhook.inventory.surroundings import Surroundings
from webhook.inventory.taking import take_inventory
from webhook.policy.policy import Policy


def list_cluster(args: argparse.Namespace, policy: Policy) -> tuple[Inventory, Surroundings]:
    """List what the options name, and what stands around it. Raises CliError."""
    try:
        return asyncio.run(_list(args, policy))
    except SourceFailed as error:
        raise CliError(ExitCode.FAILED, f"the cluster could not be read: {error}") from None


async def _list(args: argparse.Namespace, policy: Policy) -> tuple[Inventory, Surroundings]:
    namespace = args.namespace or ""
    async with connect(chosen_cluster(args), namespace=namespace) as cluster:
        now = datetime.now(UTC).replace(microsecond=0)
        return await asyncio.gather(
            take_inventory(cluster, policy, namespace=namespace, taken_at=now),
            read_surroundings(cluster.surroundings),
        )
