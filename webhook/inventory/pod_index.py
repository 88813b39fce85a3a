"""Finding one ECI pod at once, however many there are."""

from collections.abc import Iterable

from webhook.policy.pod_facts import PodFacts


class PodIndex:
    """ECI pods by uid, and by namespace and name."""

    __slots__ = ("_by_name", "_by_uid")

    def __init__(self, pods: Iterable[PodFacts] = ()) -> None:
        self._by_uid: dict[str, PodFacts] = {}
        self._by_name: dict[tuple[str, str], PodFacts] = {}
        for pod in pods:
            if pod.uid:
                self._by_uid[pod.uid] = pod
            self._by_name[pod.namespace, pod.name] = pod

    def find(self, *, uid: str, namespace: str, name: str) -> PodFacts | None:
        """Find by uid; by name only where there is no uid, since a name may belong to a new pod by now."""
        if uid:
            return self._by_uid.get(uid)
        return self._by_name.get((namespace, name))
