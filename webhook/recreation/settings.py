"""How recreation goes about it: how much at once, how long, and what it asks of outside."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Durations in seconds. They are taken from the event loop's clock, so setting the wall clock changes none."""

    fit: Callable[[str | None], bool | None]
    """Whether a platform version supports the target; None where nobody knows the version."""
    ordinary: Callable[[str], bool]
    """Whether a node of this name is no virtual one."""
    may_go_on: Callable[[], str] = str
    """Say why no further pod may be touched (the window closed, say); "" while one may."""
    concurrency: int = 5
    """Workloads at once."""
    timeout: float = 600.0
    """For one pod: so long its eviction is asked for, and once that is accepted, so long its replacement is awaited."""
    once: bool = False
    """Whether to end after the canary."""
    stale_after: float = 30.0
    """No eviction is begun while the watch has been out of contact for longer."""
    failures_in_a_row: int = 3
    """So many replacements, one after the other, that did not become what they should end all."""
    uniform: random.Random = field(default_factory=random.SystemRandom)
