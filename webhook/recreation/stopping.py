"""Why no further pod is touched. What is in hand goes on to its end all the same."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Stopping:
    """One for all workloads. Once there is a reason, it stays."""

    may_go_on: Callable[[], str]
    failures_in_a_row: int
    reason: str = ""
    _failures: int = 0

    def stop(self, reason: str) -> None:
        """Begin nothing more. To end at once, cancel the task that carries out the plan."""
        self.reason = self.reason or reason

    def why(self) -> str:
        """Say why nothing more may be begun; "" while it may."""
        self.reason = self.reason or self.may_go_on()
        return self.reason

    def replaced(self) -> None:
        """Take note of a replacement that is as it should be."""
        self._failures = 0

    def failed(self, why: str) -> None:
        """Take note of one that is not."""
        self._failures += 1
        if self._failures >= self.failures_in_a_row:
            self.stop(f"{self._failures} replacements in a row failed, the last: {why}")
