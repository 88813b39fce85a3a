"""``GET /metrics``: everything there is to scrape, on a registry of our own."""

import platform
import time
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from webhook import __version__
from webhook.server.metrics.families import info

_KEPT = 1.0
"""Seconds for which a page is sent again: the plain port is open to all, and a flood must not hold up admission."""
_OPENMETRICS = "application/openmetrics-text"


class _BuildInfo(Collector):
    def collect(self) -> Iterator[Metric]:
        yield info("build", "What runs.", version=__version__, python=platform.python_version())


def registry_of(*collectors: Collector) -> CollectorRegistry:
    """Return a registry that reads all of these when it is scraped, and what runs, and the process that it is in."""
    registry = CollectorRegistry()
    for collector in (_BuildInfo(), *collectors):
        registry.register(collector)
    ProcessCollector(registry=registry)
    return registry


def metrics_route(registry: CollectorRegistry, monotonic: Callable[[], float] = time.monotonic) -> Route:
    """Return the route. Prometheus's text format, or OpenMetrics for who asks for it by Accept."""
    kept: dict[bool, tuple[float, bytes]] = {}

    async def metrics(request: Request) -> Response:
        # prometheus_client's own choice fails on odd versions in Accept, and sends them back in a header.
        is_open = _OPENMETRICS in request.headers.get("accept", "")
        made_at, page = kept.get(is_open, (float("-inf"), b""))
        if monotonic() - made_at > _KEPT:
            page = _open_page(registry) if is_open else generate_latest(registry)
            kept[is_open] = (monotonic(), page)
        return Response(page, media_type=openmetrics.CONTENT_TYPE_LATEST if is_open else CONTENT_TYPE_PLAIN_0_0_4)

    return Route("/metrics", metrics)


def _open_page(registry: CollectorRegistry) -> bytes:
    page: bytes = openmetrics.generate_latest(registry)  # type: ignore[no-untyped-call]  # it has no types
    return page
