"""A behaviour that waits for the test instead of for the clock."""

import asyncio

from tests.fake_api import Behaviour, Normal
from tests.fake_api.exchange import Exchange


class Gate:
    """Requests wait here until the test opens it; then they are answered as usual, or in another way."""

    def __init__(self, then: Behaviour | None = None) -> None:
        self.waiting = 0
        """Requests that came here."""
        self._open = False
        self._then = then or Normal()

    def open(self) -> None:
        """Let all pass from now on."""
        self._open = True

    async def reached(self, count: int = 1) -> None:
        """Wait until so many requests are here."""
        async with asyncio.timeout(10):
            while self.waiting < count:  # noqa: ASYNC110 -- they come in another thread
                await asyncio.sleep(0.002)

    async def play(self, exchange: Exchange) -> None:
        """Wait, and go on."""
        self.waiting += 1
        while not self._open:  # noqa: ASYNC110 -- it is opened from the thread of the test
            await asyncio.sleep(0.002)
        await self._then.play(exchange)
