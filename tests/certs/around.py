"""What stands around whoever makes or follows a pair: the time, and who is told."""

import asyncio
from collections.abc import Callable

from certs.keeping import Time
from tests.certs.fakes import NOW


class Around:
    """Time goes by as a test says, and whatever is told is kept."""

    def __init__(self) -> None:
        self.now = NOW
        self.told: list[tuple[int, str, dict[str, object]]] = []
        self.slept: list[float] = []
        self.on_sleep: Callable[[], None] = lambda: None
        self.time = Time(clock=lambda: self.now, sleep=self._sleep)

    def tell(self, level: int, event: str, /, **fields: object) -> None:
        assert "BEGIN" not in str(fields)
        self.told.append((level, event, fields))

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.on_sleep()
        await asyncio.sleep(0)
