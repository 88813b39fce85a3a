"""What a Prometheus would see of a registry."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from unittest.mock import MagicMock
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from certs.state import Shown, State
from tests.builders import NOW, Json, facts_of_json, in_force, policy
from webhook.inventory.live import LiveInventory
from webhook.policy.exemptions import Exemption
from webhook.policy.policy import Policy
from webhook.policy.windows.calendar import Calendar
from webhook.policy.windows.schedule import Schedule
from webhook.policy.windows.window import Window
from webhook.server.ending import Ending
from webhook.server.metrics.certificates import CertificateMetrics
from webhook.server.metrics.cluster import ClusterMetrics
from webhook.server.metrics.deadlines import DeadlineMetrics, Validity
from webhook.server.metrics.decisions import DecisionMetrics
from webhook.server.metrics.draining import DrainingMetrics
from webhook.server.metrics.exposition import registry_of
from webhook.server.metrics.families import PREFIX
from webhook.server.metrics.freshness import FreshnessMetrics
from webhook.server.metrics.going_by import GoingByMetrics
from webhook.server.override_rights import OverrideRights
from webhook.server.policy_in_force import PolicyInForce
from webhook.server.registered_rules import RegisteredRules
from webhook.server.window_now import WindowNow

EXPIRING = Exemption(reason="until Monday", pod_labels={}, users=frozenset({"anna"}), expires=NOW + timedelta(days=2))
NIGHTS = Window(name="nights", schedule=Schedule.parse("0 22 * * *", ZoneInfo("UTC")), duration=timedelta(hours=4))
"""It opens an hour after NOW."""
KEPT = State(
    leaf=Shown(fingerprint="ab", not_before=NOW - timedelta(days=5), not_after=NOW + timedelta(days=2)),
    authority=Shown(fingerprint="cd", not_before=NOW - timedelta(days=50), not_after=NOW + timedelta(days=300)),
    leaf_changed_at=NOW - timedelta(days=5),
    authority_changed_at=NOW - timedelta(days=50),
    injection_failures=3,
)


@dataclass
class Scraped:
    """A page that was read. Names are given without our prefix."""

    samples: list[Sample]

    def value(self, name: str, **labels: str) -> float | None:
        """The one sample with just these labels; None if there is none."""
        found = [sample.value for sample in self.samples if (sample.name, sample.labels) == (PREFIX + name, labels)]
        assert len(found) <= 1, found
        return found[0] if found else None

    def by(self, label: str, name: str, **labels: str) -> dict[str, float]:
        """Values of a metric by one label, of the samples that have these others."""
        return {
            sample.labels[label]: sample.value
            for sample in self.samples
            if sample.name == PREFIX + name and labels.items() <= sample.labels.items()
        }


def scrape(registry: CollectorRegistry) -> Scraped:
    return Scraped(list(_samples(generate_latest(registry).decode())))


def _samples(page: str) -> Iterator[Sample]:
    for family in text_string_to_metric_families(page):
        yield from family.samples


def live_inventory(chosen: Policy | None = None, *known: Json) -> LiveInventory:
    """A live inventory that has heard of these pods, and follows no cluster."""
    live = LiveInventory(MagicMock(), chosen or policy(), MagicMock())
    for one in known:
        if facts := facts_of_json(one):
            live.store.put(facts)
    live.pods.contact.monotonic = lambda: 1000.0
    live.pods.contact.heard()
    live.pods.contact.synced = True
    return live


@dataclass
class StandingCertificates:
    """Implements CertificateSource, and changes nothing."""

    state: State = field(default_factory=State)

    async def run(self) -> None:
        await asyncio.Event().wait()


def whole_registry(decisions: DecisionMetrics | None = None) -> CollectorRegistry:
    """A registry in which nothing is missing that a guard can tell."""
    chosen = policy(exemptions=(EXPIRING,), calendar=Calendar(windows=(NIGHTS,)))
    validity = Validity(NOW - timedelta(days=5), NOW + timedelta(days=2))
    going_by, live = in_force(chosen), live_inventory(chosen)
    return registry_of(
        decisions or DecisionMetrics(),
        ClusterMetrics(going_by, live, lambda: NOW),
        FreshnessMetrics(live, lambda: NOW),
        DeadlineMetrics(going_by, lambda: validity),
        CertificateMetrics(StandingCertificates(KEPT)),
        DrainingMetrics(Ending()),
        going_by_metrics(going_by, rules_as_found()),
    )


def rules_as_found(*, known: bool = True, missing: Sequence[str] = (), problem: str = "") -> RegisteredRules:
    """How a guard is registered that a cluster calls. Nobody looks again."""
    registered = RegisteredRules(MagicMock(), "eci-upgrade-guard", in_force())
    registered.known, registered.missing, registered.problem = known, tuple(missing), problem
    return registered


def going_by_metrics(going_by: PolicyInForce, registered: RegisteredRules | None = None) -> GoingByMetrics:
    registered = registered or RegisteredRules(None, "eci-upgrade-guard", going_by)
    return GoingByMetrics(going_by, registered, OverrideRights(None), WindowNow(going_by, lambda: NOW))
