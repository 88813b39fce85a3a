"""How long to wait before asking again: exponential, with full jitter, so that replicas spread out by themselves."""

import random
from dataclasses import dataclass, field


@dataclass(slots=True)
class Backoff:
    """Delays in seconds. Pure but for the random generator, which a test may give."""

    floor: float = 0.5
    ceiling: float = 30.0
    uniform: random.Random = field(default_factory=random.SystemRandom)
    failures: int = 0

    def next(self, at_least: float = 0) -> float:
        """Return the next delay: anything up to the bound, which doubles each time from floor to ceiling.

        ``at_least`` is what the API server asked for, taken no further than the ceiling. Half the floor is kept, so
        that not even bad luck asks in a tight loop.
        """
        bound = min(self.ceiling, self.floor * 2**self.failures)
        self.failures = min(self.failures + 1, 16)
        return max(self.uniform.uniform(self.floor / 2, bound), min(at_least, self.ceiling))

    def reset(self) -> None:
        """Begin again at the floor."""
        self.failures = 0
