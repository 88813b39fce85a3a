"""What the guard serves from: an inventory that knows how fresh it is. From a file here, from a watch in live.py."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from webhook.inventory.inventory import Inventory
from webhook.inventory.pod_store import PodStore
from webhook.inventory.surroundings import NOT_EXAMINED, Surroundings
from webhook.policy.pod_facts import PodFacts
from webhook.policy.policy import Policy


class KnownInventory(Protocol):
    """The pods of a cluster, as far as they are known now."""

    @property
    def synced(self) -> bool:
        """Whether a whole list was read."""

    @property
    def store(self) -> PodStore:
        """The pods."""

    @property
    def kubernetes_version(self) -> str:
        """What the cluster runs, as it says itself; "" where that is not known."""

    def find(self, *, uid: str, namespace: str, name: str) -> PodFacts | None:
        """Find an ECI pod, as PodStore does."""

    def is_unbound(self, uid: str) -> bool:
        """Tell as PodStore does."""

    @property
    def told_by(self) -> str:
        """Who tells it, in words."""

    def heard_at(self) -> datetime | None:
        """Return when the cluster was last heard; None where nobody knows."""

    def namespace_sign(self, namespace: str) -> str:
        """Return what a namespace's labels say of its pods; "" is nothing."""

    def lacks_namespace(self, namespace: str) -> bool:
        """Whether it is known that there is no such namespace."""

    def doubt(self) -> str:
        """Say why this may not be the whole truth of now; "" if there is no reason to think so."""

    def snapshot(self) -> Inventory:
        """Return everything as it is now. The pods are shared, not copied."""

    async def look_up(self, *, uid: str, namespace: str, name: str, within: float) -> PodFacts | None:
        """Ask the cluster for a pod that was never seen, for at most ``within`` seconds. Never raises."""

    async def look_around(self) -> Surroundings:
        """Return what stands around the pods, as far as it can be read. Never raises."""

    async def follow(self) -> None:
        """Keep it current until cancelled."""

    def counts(self) -> Mapping[str, int]:
        """Return how often what was asked of the cluster, for the log."""

    def adopt(self, policy: Policy) -> None:
        """Go by another policy from now on. Pods that are ECI by it alone come later; ``doubt`` says so until then."""


class FileInventory:
    """A pod list that was read once."""

    synced = True

    def __init__(self, inventory: Inventory, policy: Policy) -> None:
        self.store = PodStore(policy.standing_of, inventory.pods)
        self.kubernetes_version = inventory.kubernetes_version
        self.told_by = "the cluster" if inventory.resource_version else "the list"
        self._inventory = inventory
        self._evidence = policy.evidence
        self._doubt = inventory.doubt

    def find(self, *, uid: str, namespace: str, name: str) -> PodFacts | None:
        """Find an ECI pod, as PodStore does."""
        return self.store.find(uid=uid, namespace=namespace, name=name)

    def is_unbound(self, uid: str) -> bool:
        """Tell as PodStore does."""
        return self.store.is_unbound(uid)

    def heard_at(self) -> datetime | None:
        """Return when the file was written."""
        return self._inventory.taken_at

    def namespace_sign(self, _: str) -> str:
        """Return "": a pod list says nothing of namespaces."""
        return ""

    def lacks_namespace(self, _: str) -> bool:
        """Return False: a pod list says nothing of namespaces."""
        return False

    def doubt(self) -> str:
        """Say what of the file could not be read."""
        return "; ".join(self._inventory.gaps)

    def snapshot(self) -> Inventory:
        """Return what the file holds."""
        return self._inventory

    async def look_up(self, *, uid: str, namespace: str, name: str, within: float) -> None:
        """Find nothing: there is no cluster to ask."""

    async def look_around(self) -> Surroundings:
        """Return that nobody looked."""
        return NOT_EXAMINED

    async def follow(self) -> None:
        """Return at once: a file that was read does not change."""

    def counts(self) -> Mapping[str, int]:
        """Return nothing: nothing is asked."""
        return {}

    def adopt(self, policy: Policy) -> None:
        """Go by another policy. What is no ECI pod by the first was not kept, so other evidence needs a new start."""
        read_by_it = policy.evidence == self._evidence
        doubt = "" if read_by_it else "the list was read by another evidence than the policy's: start the guard anew"
        revision = self._inventory.revision + 1
        self._inventory = replace(self._inventory, doubt=self._doubt or doubt, revision=revision)
        self.store.stand_anew(policy.standing_of)
