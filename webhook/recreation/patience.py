"""How long something may still take."""

import asyncio
from collections.abc import Callable

from webhook.recreation.seams import Cluster

_LOOK_UP = 1.0
"""Seconds after which a wait looks up although nothing has changed: whether it was asked to stop, say."""
_TICK = 0.001
"""Seconds. A shorter wait would not move the clock of an event loop."""


class Patience:
    """Seconds that are left. Time out of contact does not count: what happens meanwhile cannot be seen."""

    def __init__(self, cluster: Cluster, seconds: float) -> None:
        self._cluster = cluster
        self._left = seconds

    @property
    def is_over(self) -> bool:
        """Whether nothing is left."""
        return self._left <= 0

    async def wait(self, at_most: float = _LOOK_UP) -> None:
        """Wait until something has changed, or it is time to look up."""
        time = asyncio.get_running_loop().time
        began = time()
        left = _LOOK_UP if self.is_over else self._left
        await self._cluster.changed(max(_TICK, min(at_most, left, _LOOK_UP)))
        if not self._cluster.stale_for():
            self._left -= time() - began

    async def until(self, happened: Callable[[], bool], seconds: float) -> None:
        """Wait until something has happened, but so many seconds at most."""
        time = asyncio.get_running_loop().time
        end = time() + seconds
        while not happened() and not self.is_over and (left := end - time()) > 0:
            await self.wait(left)
