"""Which behaviour is next for a request."""

from collections import defaultdict, deque
from typing import Literal

from .behaviours import Behaviour, Normal
from .targets import Kind

Scripted = Kind | Literal["list", "watch"]
"""A kind of request, or all lists, or all watches."""


class Script:
    """Behaviours in the order in which they are played. What was queued comes before what happens always."""

    def __init__(self) -> None:
        self._queued: defaultdict[Scripted, deque[Behaviour]] = defaultdict(deque)
        self._always: dict[Scripted, Behaviour] = {}

    def add(self, kind: Scripted, *behaviours: Behaviour) -> None:
        """Queue behaviours, one for each of the next requests."""
        self._queued[kind].extend(behaviours)

    def always(self, kind: Scripted, behaviour: Behaviour | None) -> None:
        """Play this whenever nothing is queued; None ends it."""
        self._always[kind] = behaviour or Normal()

    def pending(self) -> dict[Scripted, list[Behaviour]]:
        """What is queued and was not played yet."""
        return {kind: list(queue) for kind, queue in self._queued.items() if queue}

    def next(self, kind: Kind) -> Behaviour:
        """Take the behaviour for a request of this kind."""
        kinds: list[Scripted] = [kind]
        if kind.startswith("list"):
            kinds.append("list")
        if kind.startswith("watch"):
            kinds.append("watch")
        for one in kinds:
            if queue := self._queued[one]:
                return queue.popleft()
        return next((self._always[one] for one in kinds if one in self._always), Normal())
