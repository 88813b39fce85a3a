"""What ends at a known instant is told as that instant."""

from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry

from certs.self_signed import LIFETIME, make_self_signed
from tests.builders import NOW, in_force, policy
from tests.server.metrics.scraping import EXPIRING, scrape
from webhook.policy.exemptions import Exemption
from webhook.server.metrics.deadlines import DeadlineMetrics, Validity, validity_of

ENDLESS = Exemption(reason="for ever", pod_labels={}, users=frozenset({"anna"}))


def test_an_exemption_is_known_by_its_place_in_the_policy_and_one_without_end_is_left_out() -> None:
    registry = CollectorRegistry()
    registry.register(DeadlineMetrics(in_force(policy(exemptions=(ENDLESS, EXPIRING))), lambda: None))
    found = scrape(registry)
    assert found.by("exemption", "exemption_expiry_timestamp_seconds") == {
        "1": (NOW + timedelta(days=2)).timestamp(),
    }
    assert found.value("certificate_expiry_timestamp_seconds") is None


def test_a_certificate_that_is_renewed_shows_at_the_next_scrape() -> None:
    registry, ends = CollectorRegistry(), [NOW]
    registry.register(DeadlineMetrics(in_force(), lambda: Validity(NOW - timedelta(days=1), ends[-1])))
    assert scrape(registry).value("certificate_expiry_timestamp_seconds") == NOW.timestamp()
    ends.append(NOW + timedelta(days=7))
    found = scrape(registry)
    assert found.value("certificate_expiry_timestamp_seconds") == (NOW + timedelta(days=7)).timestamp()
    assert found.value("certificate_not_before_timestamp_seconds") == (NOW - timedelta(days=1)).timestamp()


def test_of_a_chain_the_certificate_that_ends_first_counts() -> None:
    early, late = (make_self_signed(["localhost"], NOW + timedelta(hours=hours)).certificate for hours in (0, 5))
    validity = validity_of(late + early)
    assert validity.ends == NOW + LIFETIME
    assert validity.begins == NOW + timedelta(hours=5, minutes=-5)


@pytest.mark.parametrize("junk", [b"", b"junk"])
def test_junk_is_no_certificate(junk: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        validity_of(junk)
