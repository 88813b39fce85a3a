"""Pods as they come from a list or a watch, reduced to facts and put into the store."""

from collections.abc import Callable
from datetime import datetime

from msgspec import Raw

from webhook.inventory.contact import utc_now
from webhook.inventory.pod_item import UnreadablePod, identify, read_pod
from webhook.inventory.pod_store import PodStore
from webhook.inventory.source import Change, ChangeKind
from webhook.policy.evidence import NamespaceSign
from webhook.policy.pod_document import PodDocument
from webhook.policy.pod_facts import PodFacts, facts_of
from webhook.policy.policy import Policy


class PodFeed:
    """Keeps a store. While a new list is read the old store answers, and then the new one takes its place at once."""

    def __init__(self, policy: Policy, namespace_sign: NamespaceSign, clock: Callable[[], datetime] = utc_now) -> None:
        self._policy = policy
        self._namespace_sign = namespace_sign
        self._next = self._empty()
        self.store = self._empty()
        self._clock = clock
        self.changed_at: datetime | None = None
        """When what a report says last changed, in whole seconds."""
        self.changed_version = ""
        """The resourceVersion of that change."""

    def adopt(self, policy: Policy) -> None:
        """Go by another policy from now on. What counts as ECI by it shows once the pods were listed anew."""
        alike = policy.stands_alike(self._policy)
        self._policy = policy
        if not alike:
            for store in (self.store, self._next):
                store.stand_anew(policy.standing_of)

    def start_over(self) -> None:
        """Begin a new list."""
        self._next = self._empty()

    def add(self, item: Raw) -> None:
        """Take a pod of the list that was begun."""
        self._next.examined += 1
        self._put(self._next, item)

    def complete(self, version: str) -> None:
        """Let the new list stand."""
        # Revisions never come back, or a report of the old store would be taken for one of the new.
        self._next.revision += self.store.revision + 1
        self.store, self._next = self._next, self._empty()
        self._changed(version)

    def apply(self, change: Change) -> None:
        """Take a change of one pod."""
        before = self.store.revision
        self._apply(change)
        if self.store.revision != before:
            self._changed(change.version)

    def _apply(self, change: Change) -> None:
        match change.kind:
            case ChangeKind.ADDED:
                self.store.examined += 1
                self._put(self.store, change.object)
            case ChangeKind.MODIFIED:
                self._put(self.store, change.object)
            case ChangeKind.DELETED:
                self.store.examined -= 1
                self.store.discard_identity(identify(change.object))
            case ChangeKind.BOOKMARK:
                pass

    def reduce(self, item: Raw) -> PodFacts | None:
        """Return the facts of a pod that was asked for by itself. Raises UnreadablePod."""
        return self._facts(read_pod(item))

    def _put(self, store: PodStore, item: Raw) -> None:
        try:
            pod = read_pod(item)
        except UnreadablePod as error:
            store.put_unreadable(identify(item), str(error))
            return
        facts = self._facts(pod)
        if facts is not None:
            store.put(self._known(facts))
        elif (uid := _uid(pod)) and _is_unbound(pod):
            store.put_unbound(uid)
        else:
            store.discard(uid)

    def _facts(self, pod: PodDocument) -> PodFacts | None:
        return facts_of(pod, self._policy.evidence, self._namespace_sign)

    def _known(self, facts: PodFacts) -> PodFacts:
        """Return what is kept already if it is the same: a new list then costs an index and no second set of pods."""
        known = self.store.find(uid=facts.uid, namespace=facts.namespace, name=facts.name) if facts.uid else None
        return known if known == facts else facts

    def _changed(self, version: str) -> None:
        self.changed_at = self._clock().replace(microsecond=0)
        self.changed_version = version

    def _empty(self) -> PodStore:
        return PodStore(self._policy.standing_of)


def _uid(pod: PodDocument) -> str:
    return (pod.metadata and pod.metadata.uid) or ""


def _is_unbound(pod: PodDocument) -> bool:
    return not (pod.spec and pod.spec.node_name)
