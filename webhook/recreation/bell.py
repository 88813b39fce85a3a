"""That something may have changed, said at once to all who wait for it."""

import asyncio
from contextlib import suppress


class Bell:
    """Rings for those who wait now. Who looks before he waits, with nothing awaited in between, misses nothing."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def ring(self) -> None:
        """Wake all who wait."""
        self._next.set()
        self._next = asyncio.Event()

    async def heard(self, seconds: float) -> None:
        """Return when it rings, or after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._next.wait()
