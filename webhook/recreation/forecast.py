"""How long a plan takes, if one pod takes so long: by the turns in which it is carried out. Waits for budgets aside."""

from collections.abc import Iterable, Sequence
from heapq import heapreplace
from math import ceil

from msgspec import Struct, structs

from webhook.policy.wording import elapsed
from webhook.recreation.plan import Step, Strategy
from webhook.recreation.turns import turns

_ASSUMED = (30, 120)
"""Seconds that a pod may take, as long as nobody has seen one: they show how the whole depends on it."""


class Forecast(Struct, frozen=True, rename="camel", kw_only=True):
    """What the first new pod lets expect of those that are left."""

    seconds_a_pod: float
    """From its eviction until its successor was Ready and fit; how long that has to stay Ready is not in it."""
    seconds_left: float

    def __str__(self) -> str:
        pod, left = elapsed(ceil(self.seconds_a_pod)), elapsed(ceil(self.seconds_left))
        return f"At {pod} a pod the rest takes {left}, and what budgets make it wait"


def foretold(steps: Iterable[Step], concurrency: int, seconds_a_pod: float) -> float:
    """Return seconds for steps of which each goes pod by pod, so many side by side.

    A restart may take several pods at a time, and is over sooner then.
    """
    ends = [0.0] * concurrency
    for row in turns(steps, lambda step: step):
        heapreplace(ends, ends[0] + sum(len(step.pods) * (seconds_a_pod + step.min_ready_seconds) for step in row))
    return max(ends)


def foretold_beforehand(steps: Sequence[Step], concurrency: int, *, once: bool) -> str:
    """Say how long a plan takes from its canary on, for pods that take as long as is assumed."""
    first, *others = steps
    alone = len(first.pods) if first.strategy is Strategy.RESTART else 1
    canary = structs.replace(first, pods=first.pods[:alone])
    rest = [] if once else [structs.replace(first, pods=first.pods[alone:]), *others]
    told = ", ".join(
        f"{elapsed(foretold([canary], 1, one) + foretold(rest, concurrency, one))} if a pod takes {elapsed(one)}"
        for one in _ASSUMED
    )
    return f"How long: {told}, and what budgets make it wait; after the first pod it is told by what that took"
