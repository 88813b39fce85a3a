"""How often something may be done: a few times at once, and then now and again."""

from collections.abc import Callable


class Allowance:
    """Counts. The clock gives seconds and never runs back."""

    def __init__(self, at_once: int, every: float, monotonic: Callable[[], float]) -> None:
        self._at_once = at_once
        self._every = every
        self._monotonic = monotonic
        self._left = float(at_once)
        self._counted_at = monotonic()

    @property
    def is_used_up(self) -> bool:
        """Whether it may not be done now."""
        now = self._monotonic()
        self._left = min(self._at_once, self._left + (now - self._counted_at) / self._every)
        self._counted_at = now
        return self._left < 1

    def use(self) -> None:
        """Take note that it was done."""
        self._left -= 1
