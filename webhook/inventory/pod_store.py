"""The ECI pods of a cluster, held so that a question costs the same however many there are."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from sortedcontainers import SortedList

from webhook.inventory.inventory import Unreadable
from webhook.inventory.pod_item import Identity
from webhook.inventory.workload_index import StandingKey, WorkloadIndex
from webhook.policy.evidence import Grade
from webhook.policy.pod_facts import PodFacts, PodState


class PodStore:
    """ECI pods by uid, by namespace and name, and by standing; of unbound pods that declare nothing the uid.

    Pods of one standing are judged alike (Policy.standing_of), so judging one of them judges all, and there are few
    standings. What has no uid is known by its namespace and name.
    """

    def __init__(self, standing_of: Callable[[PodFacts], StandingKey], pods: Iterable[PodFacts] = ()) -> None:
        self._standing_of = standing_of
        self._by_uid: dict[str, PodFacts] = {}
        self._in_order: SortedList[PodFacts] = SortedList()
        self._by_standing: dict[StandingKey, SortedList[PodFacts]] = {}
        self.workloads = WorkloadIndex()
        self._unbound: set[str] = set()
        self._unreadable: dict[str, Unreadable] = {}
        self._nameless = itertools.count()
        self.examined = 0
        """Pods that exist, of any kind, the unreadable ones too."""
        self.revision = 0
        """Changes whenever what a report says may change, but for ``examined``."""
        for pod in pods:
            self.put(pod)

    def __len__(self) -> int:
        return len(self._by_uid)

    def put(self, pod: PodFacts) -> None:
        """Keep an ECI pod in place of what is known of its uid."""
        key = pod.uid or _key(Identity(namespace=pod.namespace, name=pod.name))
        known = self._by_uid.get(key)
        if known == pod:
            return
        self.discard(key)
        self._by_uid[key] = pod
        self._in_order.add(pod)
        standing = self._standing_of(pod)
        self._by_standing.setdefault(standing, SortedList()).add(pod)
        self.workloads.add(pod, standing)
        self.revision += 1

    def put_unbound(self, uid: str) -> None:
        """Keep in mind that a pod without a node declares nothing and shows no sign of ECI."""
        self.discard(uid)
        self._unbound.add(uid)

    def put_unreadable(self, identity: Identity, problem: str) -> None:
        """Keep in mind that there is an object which could not be read."""
        key = _key(identity)
        if key:
            self.discard(key)
        else:
            key = f"?{next(self._nameless)}"
        place = f"pod {identity.namespace}/{identity.name}" if identity.name else "a pod without a readable name"
        self._unreadable[key] = Unreadable(place, problem)
        self.revision += 1

    def discard(self, uid: str) -> None:
        """Forget what is known of a uid, if anything is."""
        self._unbound.discard(uid)
        if self._unreadable.pop(uid, None) is not None:
            self.revision += 1
        pod = self._by_uid.pop(uid, None)
        if pod is None:
            return
        self.revision += 1
        self._in_order.remove(pod)
        standing = self._standing_of(pod)
        alike = self._by_standing[standing]
        alike.remove(pod)
        self.workloads.remove(pod, standing)
        if not alike:
            del self._by_standing[standing]

    def discard_identity(self, identity: Identity) -> None:
        """Forget an object by what could be read of it; of those without any identity, one is as good as another."""
        key = _key(identity) or next((known for known in self._unreadable if known.startswith("?")), "")
        self.discard(key)

    def stand_anew(self, standing_of: Callable[[PodFacts], StandingKey]) -> None:
        """Go by other standings from now on."""
        self._standing_of = standing_of
        self.workloads = WorkloadIndex()
        by_standing: dict[StandingKey, list[PodFacts]] = {}
        for pod in self._in_order:
            standing = standing_of(pod)
            by_standing.setdefault(standing, []).append(pod)
            self.workloads.add(pod, standing)
        self._by_standing = {standing: SortedList(pods) for standing, pods in by_standing.items()}
        self.revision += 1

    def find(self, *, uid: str, namespace: str, name: str) -> PodFacts | None:
        """Find by uid; by name only where there is no uid, since a name may belong to a new pod by now."""
        if uid:
            return self._by_uid.get(uid)
        probe = PodFacts(namespace=namespace, name=name, uid="", state=PodState.PENDING, grade=Grade.NONE, sign="")
        place = self._in_order.bisect_left(probe)
        near = islice(self._in_order, max(0, place - 1), place + 1)  # one without a uid may stand before the probe
        return next((pod for pod in near if (pod.namespace, pod.name) == (namespace, name)), None)

    def is_unbound(self, uid: str) -> bool:
        """Whether this is the uid of a pod without a node that declares nothing."""
        return uid in self._unbound

    def pods(self) -> Iterator[PodFacts]:
        """Yield all ECI pods by namespace, name and uid."""
        return iter(self._in_order)

    @property
    def standings(self) -> Mapping[StandingKey, SortedList[PodFacts]]:
        """ECI pods by standing, each in the same order; none is empty."""
        return self._by_standing

    @property
    def unreadable_count(self) -> int:
        """How many objects could not be read: asked every second, and so without sorting them."""
        return len(self._unreadable)

    def unreadable(self) -> Iterator[Unreadable]:
        """Yield what could not be read, in a stable order."""
        return iter(sorted(self._unreadable.values(), key=lambda found: (found.place, found.problem)))


def _key(identity: Identity) -> str:
    """Return what an object is known by; "" where nothing of it could be read."""
    return identity.uid or (f"{identity.namespace}/{identity.name}" if identity.name else "")
