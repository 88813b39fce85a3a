"""The ECI pods as known at one instant, and how much of the truth that is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from webhook.policy.pod_facts import PodFacts


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An object that could not be read, by its place in what was read."""

    place: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """ECI pods in a stable order, and what stands between them and the whole truth."""

    source: str
    taken_at: datetime | None
    """Aware; None where nobody knows."""
    pods: tuple[PodFacts, ...]
    """By namespace, name and uid."""
    examined: int
    """Objects that were looked at: ECI pods, other pods and what could not be read."""
    unreadable: tuple[Unreadable, ...] = ()
    cut: bool = False
    """Whether the list says that it goes on elsewhere."""

    @property
    def complete(self) -> bool:
        """Whether every object there is was read."""
        return not self.cut and not self.unreadable


def in_order(pods: Iterable[PodFacts]) -> tuple[PodFacts, ...]:
    """Sort pods so that the order of a list never shows."""
    return tuple(sorted(pods, key=lambda pod: (pod.namespace, pod.name, pod.uid)))
