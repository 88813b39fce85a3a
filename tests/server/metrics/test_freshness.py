"""How old and how whole the data is, and what it cost the API server."""

from datetime import timedelta

from prometheus_client import CollectorRegistry

from tests.builders import NOW, inventory, policy, running
from tests.server.metrics.scraping import Scraped, live_inventory, scrape
from webhook.inventory.known import FileInventory, KnownInventory
from webhook.inventory.pod_item import Identity
from webhook.inventory.unseen import Outcome
from webhook.server.metrics.freshness import FreshnessMetrics


def scraped(known: KnownInventory) -> Scraped:
    registry = CollectorRegistry()
    registry.register(FreshnessMetrics(known, lambda: NOW + timedelta(minutes=5)))
    return scrape(registry)


def test_the_age_of_a_watch_is_by_the_monotonic_clock() -> None:
    live = live_inventory()
    contact = live.pods.contact
    contact.monotonic = lambda: 1042.0
    assert scraped(live).value("inventory_age_seconds") == 42


def test_before_the_first_list_there_is_no_age_and_nothing_is_complete() -> None:
    live = live_inventory()
    live.pods.contact.synced = False
    found = scraped(live)
    assert found.value("inventory_age_seconds") is None
    assert (found.value("inventory_synced"), found.value("inventory_complete")) == (0, 0)


def test_a_watch_that_is_silent_too_long_is_synced_and_not_complete() -> None:
    live = live_inventory()
    contact = live.pods.contact
    contact.monotonic = lambda: 2000.0
    found = scraped(live)
    assert (found.value("inventory_synced"), found.value("inventory_complete")) == (1, 0)


def test_objects_that_could_not_be_read_are_counted() -> None:
    live = live_inventory()
    for name in "ab":
        live.store.put_unreadable(Identity("", "team-a", name), "is odd")
    found = scraped(live)
    assert found.value("inventory_unreadable_objects") == 2
    assert found.value("inventory_complete") == 0


def test_lists_watches_and_failures_are_told_for_each_kind() -> None:
    live = live_inventory()
    live.pods.contact.lists = 1
    live.pods.contact.watches = 5
    live.namespaces.contact.lost("forbidden")
    found = scraped(live)
    assert found.by("kind", "inventory_lists_total") == {"pods": 1, "namespaces": 0}
    assert found.by("kind", "inventory_watches_total") == {"pods": 5, "namespaces": 0}
    assert found.by("kind", "inventory_failures_total") == {"pods": 0, "namespaces": 1}


def test_lookups_are_told_for_every_outcome_from_zero() -> None:
    live = live_inventory()
    live.lookup.outcomes[Outcome.TOO_MANY] += 3
    assert scraped(live).by("outcome", "unseen_pod_lookups_total") == {
        "found": 0,
        "ordinary": 0,
        "failed": 0,
        "too_many": 3,
        "too_late": 0,
    }


def test_a_file_has_an_age_and_gaps_and_asks_nobody() -> None:
    found = scraped(FileInventory(inventory(running("a", "1.1.0"), 7), policy()))
    assert found.value("inventory_age_seconds") == 300
    assert (found.value("inventory_synced"), found.value("inventory_complete")) == (1, 0)
    assert found.value("inventory_unreadable_objects") == 1
    assert found.by("kind", "inventory_lists_total") == {}
