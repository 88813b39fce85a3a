"""Whether the process is about to end."""

from collections.abc import Iterator

from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from webhook.server.ending import Ending
from webhook.server.metrics.families import number


class DrainingMetrics(Collector):
    """Says it while the process is still asked."""

    def __init__(self, ending: Ending) -> None:
        self._ending = ending

    def collect(self) -> Iterator[Metric]:
        """Yield it."""
        yield number("draining", "Whether it was told to end, and answers until nobody asks it.", self._ending.draining)
