"""Says in the log whenever the cluster's readiness changes: the night's work, seen from the guard."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import NoReturn

from webhook.inventory.known import KnownInventory
from webhook.policy.plain_text import plain
from webhook.policy.policy import Policy
from webhook.policy.verdict import Readiness
from webhook.readiness.question import ask
from webhook.server.json_log import say

_LOOK_EVERY = 1.0


async def tell_readiness(inventory: KnownInventory, policy: Policy, clock: Callable[[], datetime]) -> NoReturn:
    """Look once a second, until cancelled. A cluster that was not read yet is not spoken of."""
    told: Readiness | None = None
    while True:
        if inventory.synced:
            doubt = inventory.doubt()
            standing = ask(inventory.store, policy, policy.target, now=clock(), complete=not doubt)
            if standing.readiness is not told:
                told = standing.readiness
                say(
                    logging.INFO,
                    "readiness",
                    readiness=told,
                    target=str(policy.target),
                    eciPods=len(inventory.store),
                    pods={verdict.value: count for verdict, count in standing.counts.items()},
                    first=[plain(f"{pod.namespace}/{pod.name}") for pod in standing.offenders],
                    **({"doubt": doubt} if doubt else {}),
                )
        await asyncio.sleep(_LOOK_EVERY)
