"""The inventory of a live cluster, kept current by two watches: of pods, and of the labels of namespaces."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import NoReturn, Protocol

from webhook.inventory.contact import STALE_AFTER
from webhook.inventory.inventory import Inventory
from webhook.inventory.looking_around import LookingAround
from webhook.inventory.namespaces import NamespaceSigns
from webhook.inventory.pod_feed import PodFeed
from webhook.inventory.pod_store import PodStore
from webhook.inventory.reflector import Pace, Reflector, Tell
from webhook.inventory.source import ObjectSource, PodGetter, SourceFailed, VersionSource
from webhook.inventory.unseen import UnseenPods
from webhook.policy.pod_facts import PodFacts
from webhook.policy.policy import Policy

_ASK_VERSION_EVERY = 60.0
"""Seconds. An upgrade of the control plane shows within that time."""
_UNTIL_KNOWN = 5.0
_NAMESPACES_FIRST = 10.0
"""Seconds that pods wait for the labels of namespaces, which decide little."""


class Cluster(Protocol):
    """A cluster whose pods are read. Implemented by cluster.Connection."""

    @property
    def description(self) -> str:
        """Name it for people, by its context and address."""

    @property
    def pods(self) -> ObjectSource:
        """All pods, or those of the namespace that it was opened for."""

    @property
    def namespaces(self) -> ObjectSource:
        """All namespaces; their metadata is enough."""

    @property
    def getter(self) -> PodGetter:
        """Single pods."""

    @property
    def surroundings(self) -> Mapping[str, ObjectSource]:
        """What stands around pods, by resource: see looking_around."""

    @property
    def versions(self) -> VersionSource:
        """Its Kubernetes version."""


class LiveInventory:
    """Knows the ECI pods of a cluster. It keeps answering from what it knows when the cluster is out of reach."""

    told_by = "the cluster"

    def __init__(
        self,
        cluster: Cluster,
        policy: Policy,
        tell: Tell,
        *,
        pace: Pace | None = None,
        stale_after: float = STALE_AFTER,
    ) -> None:
        self.namespace_sign = NamespaceSigns(policy.evidence)
        self._feed = PodFeed(policy, self.namespace_sign)
        self.pods = Reflector("pods", cluster.pods, self._feed, tell, pace=pace)
        self.namespaces = Reflector("namespaces", cluster.namespaces, self.namespace_sign, tell, pace=pace)
        self.lookup = UnseenPods(cluster.getter, self._feed.reduce)
        self.look_up = self.lookup.look_up
        self.look_around = LookingAround(cluster.surroundings).look
        self._cluster = cluster
        self._tell = tell
        self._stale_after = stale_after
        self.kubernetes_version = ""
        """What the cluster runs, as it says itself; "" where that is not known."""
        self._pods: tuple[int, tuple[PodFacts, ...]] = (-1, ())
        self._evidence = policy.evidence
        self._begin_anew = asyncio.Event()
        self._right_after = -1
        """Whole lists of pods after which the store is right by the policy."""

    @property
    def synced(self) -> bool:
        """Whether a whole list of pods was read. Namespaces may be forbidden: they decide little."""
        return self.pods.contact.synced

    @property
    def store(self) -> PodStore:
        """The pods."""
        return self._feed.store

    def find(self, *, uid: str, namespace: str, name: str) -> PodFacts | None:
        """Find an ECI pod, as PodStore does."""
        return self.store.find(uid=uid, namespace=namespace, name=name)

    def is_unbound(self, uid: str) -> bool:
        """Tell as PodStore does."""
        return self.store.is_unbound(uid)

    def heard_at(self) -> datetime | None:
        """Return when the API server last said anything about pods."""
        return self.pods.contact.heard_at

    def lacks_namespace(self, namespace: str) -> bool:
        """Whether it is known that there is no such namespace."""
        return self.namespace_sign.lack(namespace)

    def doubt(self) -> str:
        """Say why this may not be the whole truth of now."""
        unreadable = "; some pods could not be read" if self.store.unreadable_count else ""
        return (self._doubt() + unreadable).removeprefix("; ")

    def _doubt(self) -> str:
        if self.synced and self.pods.contact.lists <= self._right_after:
            return "the pods are being read anew, because the policy says otherwise now which are ECI"
        return self.pods.contact.doubt(self._stale_after)

    def adopt(self, policy: Policy) -> None:
        """Go by another policy from now on. If it tells ECI pods by other signs, all pods are listed anew."""
        self._feed.adopt(policy)
        if policy.evidence != self._evidence:
            self._evidence = policy.evidence
            self.namespace_sign.adopt(policy.evidence)
            self._right_after = self.pods.contact.lists
            self._begin_anew.set()

    def snapshot(self) -> Inventory:
        """Return everything as it is now. A tuple of pods is made anew only where they changed."""
        store = self.store
        if self._pods[0] != store.revision:
            self._pods = (store.revision, tuple(store.pods()))
        return Inventory(
            source=self._cluster.description,
            taken_at=self._feed.changed_at,
            resource_version=self._feed.changed_version,
            cluster_id=self.namespace_sign.cluster_id,
            pods=self._pods[1],
            examined=store.examined,
            unreadable=tuple(store.unreadable()),
            doubt=self._doubt(),
            kubernetes_version=self.kubernetes_version,
            revision=store.revision,
        )

    def counts(self) -> Mapping[str, int]:
        """Return how often lists and watches were begun or failed, and how looking up single pods went."""
        contact = self.pods.contact
        told = {"lists": contact.lists, "watches": contact.watches, "failures": contact.failures}
        return told | {f"lookups {outcome}": count for outcome, count in self.lookup.outcomes.items()}

    async def follow(self) -> None:
        """Keep it current until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow_version())
            while True:
                following = group.create_task(self._follow_objects())
                await self._begin_anew.wait()
                self._begin_anew.clear()
                following.cancel()
                await asyncio.wait([following])
                self._right_after = self.pods.contact.lists  # one that was under way may just have ended
                for reflector in (self.namespaces, self.pods):
                    reflector.list_anew()

    async def _follow_objects(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self.namespaces.run())
            with contextlib.suppress(TimeoutError):  # or pods of the first list would be read without their labels
                async with asyncio.timeout(_NAMESPACES_FIRST):  # wait_for may swallow a cancellation in Python 3.11
                    await self.namespaces.tried.wait()
            group.create_task(self.pods.run())

    async def _follow_version(self) -> NoReturn:
        while True:
            try:
                version = await self._cluster.versions.version()
            except SourceFailed:
                pass  # the watch of the same API server says what is wrong
            else:
                if version != self.kubernetes_version:
                    self._tell(logging.INFO, "kubernetes version", version=version)
                self.kubernetes_version = version
            await asyncio.sleep(_ASK_VERSION_EVERY if self.kubernetes_version else _UNTIL_KNOWN)
