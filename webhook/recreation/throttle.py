"""A busy API server is left alone, by all workloads together."""

import asyncio
import random

from webhook.inventory.backoff import Backoff


def backoff(uniform: random.Random) -> Backoff:
    """Return pauses of 1 s at least, growing to 30 s."""
    return Backoff(floor=2.0, ceiling=30.0, uniform=uniform)


class Throttle:
    """Until when nothing is asked. One for all workloads."""

    def __init__(self, uniform: random.Random) -> None:
        self._backoff = backoff(uniform)
        self._until = 0.0

    def slow_down(self, retry_after: float) -> None:
        """Leave it alone for as long as it asks, and longer each time that it asks again.

        Several who asked at the same moment are refused together: that is once.
        """
        pause = retry_after if self.left() > 0 else max(self._backoff.next(), retry_after)
        self._until = max(self._until, asyncio.get_running_loop().time() + pause)

    def answered(self) -> None:
        """Take note that it answers again."""
        self._backoff.reset()

    def left(self) -> float:
        """Return for how many seconds it is left alone still."""
        return self._until - asyncio.get_running_loop().time()
