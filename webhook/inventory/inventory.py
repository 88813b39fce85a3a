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
    """Aware; when it was read, or of a watch, when it last changed. None where nobody knows."""
    pods: tuple[PodFacts, ...]
    """By namespace, name and uid."""
    examined: int
    """Objects that were looked at: ECI pods, other pods and what could not be read."""
    unreadable: tuple[Unreadable, ...] = ()
    cut: bool = False
    """Whether the list says that it goes on elsewhere."""
    doubt: str = ""
    """Why all this may not be the truth of now: never read, or too long ago."""
    resource_version: str = ""
    """Of the list, or of the last change that was seen; "" of a list from a file."""
    cluster_id: str = ""
    """The uid of the namespace kube-system; "" where it is not known."""
    kubernetes_version: str = ""
    """What the cluster runs, as it says itself; "" where that is not known."""
    namespace: str = ""
    """The one namespace that was looked at; "" is all of them."""
    all_in: str = ""
    """The namespace that all objects of a list from a file are in; "" where they are in several, or nobody can tell."""
    revision: int = 0
    """Of a watched inventory: two with the same revision hold the same."""

    @property
    def gaps(self) -> tuple[str, ...]:
        """What is missing, each in a few words."""
        gaps = [self.doubt] if self.doubt else []
        if self.cut:
            gaps.append("the list is one page of a longer one (it has a continue token)")
        if self.unreadable:
            gaps.append(f"{len(self.unreadable)} of {self.examined} objects could not be read")
        return tuple(gaps)

    @property
    def complete(self) -> bool:
        """Whether every object there is was read, and lately enough."""
        return not self.gaps


def in_order(pods: Iterable[PodFacts]) -> tuple[PodFacts, ...]:
    """Sort pods so that the order of a list never shows."""
    return tuple(sorted(pods, key=lambda pod: (pod.namespace, pod.name, pod.uid)))
