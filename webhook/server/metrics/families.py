"""Metric families that carry the guard's prefix, to be filled when somebody scrapes."""

from datetime import datetime

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily

PREFIX = "eci_upgrade_guard_"


def gauge(name: str, meaning: str, *labels: str) -> GaugeMetricFamily:
    """Return a gauge without samples."""
    return GaugeMetricFamily(PREFIX + name, meaning, labels=labels)


def number(name: str, meaning: str, value: float | None) -> GaugeMetricFamily:
    """Return a gauge that is one number; without a sample where it is not known."""
    return GaugeMetricFamily(PREFIX + name, meaning, value=value)


def instant(name: str, meaning: str, moment: datetime | None) -> GaugeMetricFamily:
    """Return a gauge that is an instant, as Unix time so that a rule compares it with ``time()``; as above."""
    return number(name, meaning, None if moment is None else moment.timestamp())


def counter(name: str, meaning: str, *labels: str) -> CounterMetricFamily:
    """Return a counter without samples. Its name on the page ends in ``_total``."""
    return CounterMetricFamily(PREFIX + name, meaning, labels=labels)


def info(name: str, meaning: str, **facts: str) -> InfoMetricFamily:
    """Return facts as labels of a 1. Its name on the page ends in ``_info``."""
    return InfoMetricFamily(PREFIX + name, meaning, value=facts)
