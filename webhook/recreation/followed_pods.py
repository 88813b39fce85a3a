"""The pods of a cluster as a watch tells of them, found by uid and by whom they belong to."""

from collections.abc import Callable, Sequence

from msgspec import Raw

from webhook.inventory.pod_item import identify
from webhook.inventory.source import Change, ChangeKind
from webhook.recreation.pod_item import pod_now
from webhook.recreation.seams import PodNow


class FollowedPods:
    """Keeps a dozen fields of each pod, also of those that are not ECI: a replacement may come up anywhere.

    Implements inventory.source.Sink. ``changed`` is called whenever a pod may be another.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._now, self._next = _Pods(), _Pods()

    def get(self, uid: str) -> PodNow | None:
        """Return a pod; its owner is the one that it names."""
        return self._now.by_uid.get(uid)

    def owned_by(self, uid: str) -> Sequence[PodNow]:
        """Return the pods that name this owner."""
        return tuple(self._now.by_group.get(uid, {}).values())

    def bare(self, namespace: str, name: str) -> Sequence[PodNow]:
        """Return the pod of this name, if it names no owner."""
        return tuple(self._now.by_group.get(f"{namespace}/{name}", {}).values())

    def start_over(self) -> None:
        """Begin a new list."""
        self._next = _Pods()

    def add(self, item: Raw) -> None:
        """Take a pod of the list that was begun."""
        self._next.put(item)

    def complete(self, _: str) -> None:
        """Let the new list stand."""
        self._now, self._next = self._next, _Pods()
        self._changed()

    def apply(self, change: Change) -> None:
        """Take a change of one pod."""
        if change.kind is ChangeKind.BOOKMARK:
            return
        if change.kind is ChangeKind.DELETED:
            self._now.discard(identify(change.object).uid)
        else:
            self._now.put(change.object)
        self._changed()


class _Pods:
    """Pods by uid, and by owner or, where they have none, by namespace and name."""

    def __init__(self) -> None:
        self.by_uid: dict[str, PodNow] = {}
        self.by_group: dict[str, dict[str, PodNow]] = {}

    def put(self, item: Raw) -> None:
        """Take a pod. An odd one leaves what was known of it: to call it gone would be a lie."""
        pod = pod_now(item)
        if pod is not None:
            self.discard(pod.uid)  # it may have been adopted
            self.by_uid[pod.uid] = pod
            self.by_group.setdefault(_group(pod), {})[pod.uid] = pod

    def discard(self, uid: str) -> None:
        """Forget a pod, if it is known."""
        pod = self.by_uid.pop(uid, None)
        if pod is not None:
            group = self.by_group[_group(pod)]
            del group[uid]
            if not group:
                del self.by_group[_group(pod)]


def _group(pod: PodNow) -> str:
    return pod.owner_uid or f"{pod.namespace}/{pod.name}"
