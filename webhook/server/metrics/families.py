"""Metric families that carry the guard's prefix, to be filled when somebody scrapes."""

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily

PREFIX = "eci_upgrade_guard_"


def gauge(name: str, meaning: str, *labels: str) -> GaugeMetricFamily:
    """Return a gauge without samples."""
    return GaugeMetricFamily(PREFIX + name, meaning, labels=labels)


def number(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    """Return a gauge that is one number."""
    return GaugeMetricFamily(PREFIX + name, meaning, value=value)


def counter(name: str, meaning: str, *labels: str) -> CounterMetricFamily:
    """Return a counter without samples. Its name on the page ends in ``_total``."""
    return CounterMetricFamily(PREFIX + name, meaning, labels=labels)


def info(name: str, meaning: str, **facts: str) -> InfoMetricFamily:
    """Return facts as labels of a 1. Its name on the page ends in ``_info``."""
    return InfoMetricFamily(PREFIX + name, meaning, value=facts)
