"""A live cluster, read once for a plan."""

import asyncio
from datetime import UTC, datetime

from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.live_cluster import not_read
from webhook.cli.policy_option import Aim, NoNext
from webhook.cli.progress import ProgressBar
from webhook.cluster.connection import connect
from webhook.cluster.credentials import Credentials
from webhook.cluster.planning_sources import planning_sources
from webhook.inventory.source import SourceFailed
from webhook.inventory.taking import take_inventory
from webhook.policy.policy import Policy
from webhook.recreation.overheard import Overheard, OverheardPods
from webhook.recreation.planning import Planned, Sight, Wishes, make_plan
from webhook.recreation.reading import read_circumstances


def plan_for(credentials: Credentials, aim: Aim, wishes: Wishes) -> tuple[Sight, Policy, Planned]:
    """Read a cluster and plan for it; the policy is returned with the target that was planned for. Raises CliError."""
    try:
        sight, policy = asyncio.run(_look(credentials, aim, wishes.scope.namespace))
    except SourceFailed as failure:
        raise CliError(ExitCode.FAILED, str(not_read(failure))) from None
    except NoNext as error:
        raise CliError(ExitCode.FAILED, str(error)) from None
    return sight, policy, make_plan(sight, policy, wishes, datetime.now(UTC))


async def _look(credentials: Credentials, aim: Aim, namespace: str) -> tuple[Sight, Policy]:
    with ProgressBar(1) as bar:
        async with connect(credentials, namespace=namespace) as cluster:
            pods = OverheardPods(cluster.pods)
            overheard = Overheard(
                description=cluster.description,
                pods=pods,
                namespaces=cluster.namespaces,
                getter=cluster.getter,
                surroundings=cluster.surroundings,
                versions=cluster.versions,
            )
            now = datetime.now(UTC).replace(microsecond=0)
            inventory = await take_inventory(
                overheard, aim.policy, namespace=namespace, taken_at=now, progress=bar.of(0)
            )
            bar.done()
            policy = aim.at(inventory.kubernetes_version)
            circumstances = await read_circumstances(planning_sources(cluster.api, namespace), policy.evidence)
    return Sight(inventory=inventory, pods=pods.pods, circumstances=circumstances), policy
