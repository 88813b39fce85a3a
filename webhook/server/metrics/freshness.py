"""How much of the truth the inventory is: its age, its gaps, and what was asked of the API server for it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from webhook.inventory.contact import Contact
from webhook.inventory.known import KnownInventory
from webhook.inventory.live import LiveInventory
from webhook.inventory.unseen import Outcome
from webhook.server.metrics.families import counter, number


class FreshnessMetrics(Collector):
    """Of any inventory how old and how whole it is; of a live one how its watches go."""

    def __init__(self, inventory: KnownInventory, clock: Callable[[], datetime]) -> None:
        self._inventory = inventory
        self._live = inventory if isinstance(inventory, LiveInventory) else None
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """Yield it."""
        inventory = self._inventory
        about_age = "Time since the API server was last heard of pods, or the file written."
        yield number("inventory_age_seconds", about_age, self._age())
        yield number("inventory_synced", "Whether a whole list of pods was read.", inventory.synced)
        yield number("inventory_complete", "Whether nothing is missing, unreadable or too old.", not inventory.doubt())
        yield number("inventory_unreadable_objects", "Objects that could not be read.", self._unreadable())
        yield from self._contacts()
        yield self._lookups()

    def _age(self) -> float | None:
        if self._live:
            return self._live.pods.contact.age  # by the monotonic clock: setting the wall clock makes nothing fresh
        heard_at = self._inventory.heard_at()
        return None if heard_at is None else max(0.0, (self._clock() - heard_at).total_seconds())

    def _unreadable(self) -> int:
        if self._live:
            return self._live.store.unreadable_count  # a snapshot would hold every pod
        return len(self._inventory.snapshot().unreadable)

    def _contacts(self) -> Iterator[Metric]:
        contacts: Mapping[str, Contact] = {}
        if self._live:
            contacts = {"pods": self._live.pods.contact, "namespaces": self._live.namespaces.contact}
        lists = counter("inventory_lists", "Whole lists read.", "kind")
        watches = counter("inventory_watches", "Watches opened. One ends by itself every few minutes.", "kind")
        failures = counter("inventory_failures", "Lists and watches that failed.", "kind")
        for kind, contact in contacts.items():
            lists.add_metric([kind], contact.lists)
            watches.add_metric([kind], contact.watches)
            failures.add_metric([kind], contact.failures)
        yield from (lists, watches, failures)

    def _lookups(self) -> Metric:
        lookups = counter("unseen_pod_lookups", "Pods asked for that the watch had not told of.", "outcome")
        if self._live:
            outcomes = self._live.lookup.outcomes
            for outcome in Outcome:
                lookups.add_metric([outcome.value.replace(" ", "_")], outcomes[outcome])
        return lookups
