"""How many questions the API server is asked: few at a time, few a second."""

from collections.abc import Callable

AT_ONCE = 4
A_SECOND = 10


class Pace:
    """Counts questions. The clock gives seconds and never runs back."""

    def __init__(self, monotonic: Callable[[], float], *, at_once: int = AT_ONCE, a_second: int = A_SECOND) -> None:
        self._monotonic = monotonic
        self._at_once = at_once
        self._a_second = a_second
        self._asking = 0
        self._allowance = float(a_second)
        self._counted_at = monotonic()

    def take(self) -> bool:
        """Tell whether one more may be asked now; who is told so says when it is ``done``."""
        now = self._monotonic()
        self._allowance = min(self._a_second, self._allowance + (now - self._counted_at) * self._a_second)
        self._counted_at = now
        if self._asking >= self._at_once or self._allowance < 1:
            return False
        self._allowance -= 1
        self._asking += 1
        return True

    def done(self) -> None:
        """One has its answer, or will never have it."""
        self._asking -= 1
