"""Says in the log whenever the cluster's readiness changes: the night's work, seen from the guard."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import NoReturn

from webhook.inventory.known import KnownInventory
from webhook.inventory.question import ask
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.plain_text import plain
from webhook.policy.verdict import Readiness
from webhook.server.json_log import say
from webhook.server.policy_in_force import PolicyInForce

_LOOK_EVERY = 1.0


async def tell_readiness(inventory: KnownInventory, in_force: PolicyInForce, clock: Callable[[], datetime]) -> NoReturn:
    """Look once a second, until cancelled. A cluster that was not read yet is not spoken of, a new target is."""
    told: tuple[Readiness, KubernetesVersion] | None = None
    while True:
        if inventory.synced:
            policy = in_force.policy
            doubt = inventory.doubt()
            standing = ask(inventory.store, policy, policy.target, now=clock(), complete=not doubt)
            if (standing.readiness, policy.target) != told:
                told = standing.readiness, policy.target
                say(
                    logging.INFO,
                    "readiness",
                    readiness=standing.readiness,
                    target=str(policy.target),
                    eciPods=len(inventory.store),
                    pods={verdict.value: count for verdict, count in standing.counts.items()},
                    first=[plain(f"{pod.namespace}/{pod.name}") for pod in standing.offenders],
                    **({"doubt": doubt} if doubt else {}),
                )
        await asyncio.sleep(_LOOK_EVERY)
