"""An event loop whose time is skipped, not waited for: an hour of waiting is over at once, and always the same way."""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")
START = datetime(2026, 11, 26, 9, tzinfo=UTC)


class _Skipping(selectors.SelectSelector):
    """Waits for nothing: what there would be to wait for is added to the time."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "nothing will ever happen again"
        self.now += max(timeout, 0)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._skipping = _Skipping()
        super().__init__(self._skipping)

    def time(self) -> float:
        return self._skipping.now


def clock() -> datetime:
    """The wall clock of the loop that runs."""
    return START + timedelta(seconds=asyncio.get_running_loop().time())


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run, and raise also what is raised where nobody waits for it."""
    raised: list[Exception] = []

    def fail(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        raised.append(context.get("exception") or AssertionError(context["message"]))
        loop.stop()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.get_loop().set_exception_handler(fail)
        try:
            return runner.run(main)
        except RuntimeError:
            for first in raised:
                raise first from None
            raise
