"""How long a replica waits between two looks, in seconds: never the same twice, so that replicas spread out."""

import random
from dataclasses import dataclass, field

CALM = 60.0
"""At most. The wall clock may have been set meanwhile, or the machine asleep."""
_HASTE = 0.5


@dataclass(slots=True)
class Pauses:
    """Counts failures. While there are some, pauses are short at first, and no longer than usual at last."""

    chance: random.Random = field(default_factory=random.SystemRandom)
    failures: int = 0

    def after(self, *, failed: bool) -> float:
        """Return the next pause."""
        if not failed:
            self.failures = 0
            return self.chance.uniform(CALM * 3 / 4, CALM)
        longest = min(CALM, _HASTE * 2**self.failures)
        self.failures = min(self.failures + 1, 10)
        return self.chance.uniform(_HASTE / 2, longest)
