"""What ends at a known instant: exemptions, and the certificate that is served."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from cryptography import x509
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from webhook.server.metrics.families import gauge, instant
from webhook.server.policy_in_force import PolicyInForce


class Validity(NamedTuple):
    """From when until when a certificate is good. Both are aware."""

    begins: datetime
    ends: datetime


def validity_of(pem: bytes) -> Validity:
    """Read the span in which every certificate of a chain is good. Raises ValueError."""
    chain = x509.load_pem_x509_certificates(pem)
    return Validity(max(c.not_valid_before_utc for c in chain), min(c.not_valid_after_utc for c in chain))


class DeadlineMetrics(Collector):
    """Instants as Unix time, so that a rule compares them with ``time()``.

    ``certificate`` is asked at each scrape, since certificates are renewed; None is not known.
    """

    def __init__(self, in_force: PolicyInForce, certificate: Callable[[], Validity | None]) -> None:
        self._in_force = in_force
        self._certificate = certificate

    def collect(self) -> Iterator[Metric]:
        """Yield them. An exemption is known by its place in the policy: its reason is free text."""
        exemptions = gauge(
            "exemption_expiry_timestamp_seconds",
            "When an exemption stops to hold, by its place in spec.exemptions, from 0. Those without end are left out.",
            "exemption",
        )
        for place, exemption in enumerate(self._in_force.policy.exemptions):
            if exemption.expires is not None:
                exemptions.add_metric([str(place)], exemption.expires.timestamp())
        yield exemptions
        begins, ends = self._certificate() or (None, None)
        about_begin = "When the certificate that is served became good."
        yield instant("certificate_not_before_timestamp_seconds", about_begin, begins)
        yield instant("certificate_expiry_timestamp_seconds", "When the certificate that is served ends.", ends)
