"""How it stands with the certificates, as a Prometheus sees it; and no sample of what there is not."""

from dataclasses import replace
from datetime import timedelta

from prometheus_client import CollectorRegistry

from certs.state import State
from tests.builders import NOW
from tests.server.metrics.scraping import KEPT, Scraped, StandingCertificates, scrape
from webhook.server.metrics.certificates import CertificateMetrics


def scraped(state: State) -> Scraped:
    registry = CollectorRegistry()
    registry.register(CertificateMetrics(StandingCertificates(state)))
    return scrape(registry)


def test_of_an_authority_that_is_kept_its_end_and_every_change_are_told() -> None:
    found = scraped(KEPT)
    assert found.value("authority_expiry_timestamp_seconds") == (NOW + timedelta(days=300)).timestamp()
    assert found.value("authority_changed_timestamp_seconds") == (NOW - timedelta(days=50)).timestamp()
    assert found.value("certificate_changed_timestamp_seconds") == (NOW - timedelta(days=5)).timestamp()
    assert found.value("ca_bundle_injection_failures_total") == 3
    assert found.value("certificates_in_order") == 1


def test_what_is_amiss_is_a_number_and_its_words_are_for_the_log() -> None:
    found = scraped(replace(KEPT, problem="the guard may not patch secrets hunter2"))
    assert found.value("certificates_in_order") == 0
    assert "hunter2" not in str(found)


def test_where_certificates_come_from_elsewhere_no_authority_is_spoken_of() -> None:
    found = scraped(State(leaf=KEPT.leaf, leaf_changed_at=NOW))
    assert {sample.name.removeprefix("eci_upgrade_guard_") for sample in found.samples} == {
        "certificates_in_order",
        "certificate_changed_timestamp_seconds",
        "ca_bundle_injection_failures_total",
    }
