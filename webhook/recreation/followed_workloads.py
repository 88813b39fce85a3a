"""The workloads of a cluster, those of one kind in each copy, as a watch tells of them."""

from collections.abc import Callable

import msgspec
from msgspec import Raw, Struct

from webhook.inventory.pod_item import identify
from webhook.inventory.source import Change, ChangeKind
from webhook.policy.owner import controller_of


class WorkloadNow(Struct, frozen=True, gc=False, kw_only=True):
    """A workload as the watch last told of it."""

    replicas: int | None = None
    """How many pods it is to have; None where that was not read."""
    deleting: bool = False
    paused: bool = False


class _Metadata(Struct, rename="camel"):
    uid: str
    deletion_timestamp: str | None = None
    owner_references: list[dict[str, object]] | None = None


class _Spec(Struct):
    replicas: int | None = None
    paused: bool = False


class _Workload(Struct):
    metadata: _Metadata
    spec: _Spec = msgspec.field(default_factory=_Spec)


_decoder = msgspec.json.Decoder(_Workload)


class FollowedWorkloads:
    """Keeps who made them, how many pods they want, whether they go, and whether they are paused.

    Implements inventory.source.Sink. ``changed`` is called whenever one may be another.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._now: dict[str, WorkloadNow] = {}
        self._next: dict[str, WorkloadNow] = {}
        self._owners: dict[str, str] = {}
        self._made: dict[str, set[str]] = {}

    def get(self, uid: str) -> WorkloadNow | None:
        """Return one that is there."""
        return self._now.get(uid)

    def owner_of(self, uid: str) -> str:
        """Return the uid of the controller of one that is or was there; "" where it had none."""
        return self._owners.get(uid, "")

    def made_by(self, owner_uid: str) -> frozenset[str]:
        """Return the uids of those that are or were there and belong to this controller.

        Also of those that are gone: a ReplicaSet may go before its last pods do, and no uid is used twice.
        """
        return frozenset(self._made.get(owner_uid, ()))

    def start_over(self) -> None:
        """Begin a new list."""
        self._next = {}

    def add(self, item: Raw) -> None:
        """Take a workload of the list that was begun."""
        self._put(self._next, item)

    def complete(self, _: str) -> None:
        """Let the new list stand."""
        self._now, self._next = self._next, {}
        self._changed()

    def apply(self, change: Change) -> None:
        """Take a change of one workload."""
        if change.kind is ChangeKind.BOOKMARK:
            return
        if change.kind is ChangeKind.DELETED:
            self._now.pop(identify(change.object).uid, None)
        else:
            self._put(self._now, change.object)
        self._changed()

    def _put(self, workloads: dict[str, WorkloadNow], item: Raw) -> None:
        try:
            workload = _decoder.decode(item)
        except (ValueError, RecursionError):  # of msgspec, and of Unicode
            return
        metadata = workload.metadata
        owner = controller_of(metadata.owner_references)
        owner_uid = owner.uid if owner else ""
        workloads[metadata.uid] = WorkloadNow(
            replicas=workload.spec.replicas,
            deleting=metadata.deletion_timestamp is not None,
            paused=workload.spec.paused,
        )
        self._belongs(metadata.uid, owner_uid)

    def _belongs(self, uid: str, owner_uid: str) -> None:
        before = self._owners.get(uid, "")
        if before != owner_uid:
            self._made.get(before, set()).discard(uid)  # it was let go, and may have been adopted
        if owner_uid:
            self._owners[uid] = owner_uid
            self._made.setdefault(owner_uid, set()).add(uid)
        else:
            self._owners.pop(uid, None)
