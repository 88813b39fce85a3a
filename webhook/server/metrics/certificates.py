"""How it stands with the certificates. When the one that is shown ends, metrics.deadlines tells from what is shown."""

from collections.abc import Iterator

from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from webhook.server.certificate_source import CertificateSource
from webhook.server.metrics.families import counter, instant, number


class CertificateMetrics(Collector):
    """To be collected on the event loop, where the state does not change meanwhile."""

    def __init__(self, source: CertificateSource) -> None:
        self._source = source

    def collect(self) -> Iterator[Metric]:
        """Yield them. Of an authority there is nothing where certificates come from elsewhere."""
        state = self._source.state
        in_order = not state.problem
        yield number("certificates_in_order", "Whether everything about them is as it should be.", in_order)
        yield instant(
            "certificate_changed_timestamp_seconds", "When the certificate was shown first.", state.leaf_changed_at
        )
        yield instant(
            "authority_expiry_timestamp_seconds",
            "When the authority that signs ends. The guard makes another long before.",
            state.authority.not_after if state.authority else None,
        )
        yield instant(
            "authority_changed_timestamp_seconds",
            "When this replica took up the authority that signs.",
            state.authority_changed_at,
        )
        failures = counter(
            "ca_bundle_injection_failures", "How often the caBundle of the webhook configuration could not be written."
        )
        failures.add_metric([], state.injection_failures)
        yield failures
