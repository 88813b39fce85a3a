"""The pods of live clusters, listed once for a command: several at a time, and none that fails spoils another."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.policy_option import Aim, NoNext
from webhook.cli.progress import ProgressBar
from webhook.cluster.connection import connect
from webhook.cluster.credentials import Credentials
from webhook.inventory.inventory import Inventory
from webhook.inventory.looking_around import read_surroundings
from webhook.inventory.source import SourceFailed
from webhook.inventory.surroundings import NOT_EXAMINED, Surroundings
from webhook.inventory.taking import Progress, take_inventory
from webhook.policy.policy import Policy

_AT_ONCE = 4
"""Clusters that are read at a time. Each may bring a hundred megabytes, and an exec plugin."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A cluster as it was read."""

    inventory: Inventory
    surroundings: Surroundings
    policy: Policy
    """Whose target is this cluster's."""


class NotSeen(Exception):
    """Raised, or returned beside others, for a cluster that was not read or cannot be judged. One line for people."""


def list_cluster(credentials: Credentials, aim: Aim, *, namespace: str = "", around: bool = True) -> Seen:
    """List one cluster, and ``around`` it what its pods are recreated by. Raises CliError."""
    (seen,) = list_clusters([credentials], aim, namespace=namespace, around=around)
    if isinstance(seen, NotSeen):
        raise CliError(ExitCode.FAILED, str(seen))
    return seen


def list_clusters(
    clusters: Sequence[Credentials],
    aim: Aim,
    *,
    namespace: str = "",
    around: bool = True,
) -> Sequence[Seen | NotSeen]:
    """List clusters, and tell of each what came of it, in their order."""
    return asyncio.run(_list_all(clusters, aim, namespace, around=around))


async def _list_all(
    clusters: Sequence[Credentials],
    aim: Aim,
    namespace: str,
    *,
    around: bool,
) -> Sequence[Seen | NotSeen]:
    turns = asyncio.Semaphore(_AT_ONCE)

    async def list_in_turn(place: int, credentials: Credentials) -> Seen | NotSeen:
        async with turns:
            try:
                return await see(credentials, aim, namespace=namespace, around=around, progress=bar.of(place))
            except NotSeen as failure:
                return failure
            finally:
                bar.done()

    with ProgressBar(len(clusters)) as bar:
        return await asyncio.gather(*(list_in_turn(place, one) for place, one in enumerate(clusters)))


async def see(
    credentials: Credentials,
    aim: Aim,
    *,
    namespace: str = "",
    around: bool = True,
    progress: Progress = lambda _read, _remaining: None,
) -> Seen:
    """List one cluster. Raises NotSeen."""
    try:
        async with connect(credentials, namespace=namespace) as cluster:
            now = datetime.now(UTC).replace(microsecond=0)
            inventory = await take_inventory(cluster, aim.policy, namespace=namespace, taken_at=now, progress=progress)
            policy = aim.at(inventory.kubernetes_version)
            return Seen(inventory, await read_surroundings(cluster.surroundings) if around else NOT_EXAMINED, policy)
    except SourceFailed as failure:
        raise not_read(failure) from None
    except NoNext as error:
        raise NotSeen(str(error)) from None


def not_read(failure: SourceFailed) -> NotSeen:
    """Word why a cluster could not be read."""
    return NotSeen(f"the cluster could not be read: {failure}")
