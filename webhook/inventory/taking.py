"""Listing a live cluster once, whole or not at all: a list that was cut is an error and never a short list."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime

from webhook.inventory.backoff import Backoff
from webhook.inventory.inventory import Inventory
from webhook.inventory.live import Cluster
from webhook.inventory.namespaces import NamespaceSigns
from webhook.inventory.pod_feed import PodFeed
from webhook.inventory.source import ObjectSource, Page, Sink, SourceFailed
from webhook.policy.plain_text import plain
from webhook.policy.policy import Policy

_ATTEMPTS = 4
_WORTH_ANOTHER = frozenset({410, 429, 500, 502, 503, 504})
"""A list that expired midway, and an API server that is busy. What is forbidden stays so."""

Progress = Callable[[int, int | None], None]
"""Is told how many pods were read so far, and about how many come yet. A list that begins anew begins at 0."""


async def take_inventory(
    cluster: Cluster,
    policy: Policy,
    *,
    namespace: str,
    taken_at: datetime,
    progress: Progress = lambda _read, _remaining: None,
) -> Inventory:
    """List the pods of a cluster, or of one namespace that it was opened for. Raises SourceFailed."""
    signs = NamespaceSigns(policy.evidence)
    feed = PodFeed(policy, signs)
    version, namespaces = await asyncio.gather(
        cluster.versions.version(),
        _read(cluster.namespaces, signs),
        return_exceptions=True,
    )
    # Their labels tell of pods without a node alone, and those decide nothing: who may not read them gets a report.
    _only_failures(namespaces)
    if namespace and signs.lack(namespace):
        raise SourceFailed(f"there is no namespace {plain(namespace, 63)}")
    await _read_persistently(cluster.pods, feed, progress)
    store = feed.store
    return Inventory(
        source=cluster.description,
        taken_at=taken_at,
        pods=tuple(store.pods()),
        examined=store.examined,
        unreadable=tuple(store.unreadable()),
        resource_version=feed.changed_version,
        kubernetes_version=version if isinstance(version, str) else "",
        cluster_id=signs.cluster_id,
        namespace=namespace,
    )


async def _read_persistently(source: ObjectSource, sink: Sink, progress: Progress) -> None:
    """Read all, beginning again where that may help: not where the cluster refuses, or was never reached."""
    backoff = Backoff(ceiling=5.0)
    for attempt in range(1, _ATTEMPTS + 1):
        pages = read = 0
        progress(0, None)
        try:
            async for page in _read_pages(source, sink):
                pages += 1
                read += len(page.items)
                progress(read, page.remaining)
        except SourceFailed as failure:
            worth_another = failure.status in _WORTH_ANOTHER or (pages and not failure.status)
            if attempt == _ATTEMPTS or not worth_another:
                raise
            await asyncio.sleep(backoff.next(failure.retry_after))
        else:
            return


async def _read(source: ObjectSource, sink: Sink) -> None:
    async for _ in _read_pages(source, sink):
        pass


async def _read_pages(source: ObjectSource, sink: Sink) -> AsyncIterator[Page]:
    sink.start_over()
    version = ""
    async for page in source.list():
        for item in page.items:
            sink.add(item)
        version = page.version
        yield page
    sink.complete(version)


def _only_failures(result: BaseException | None) -> None:
    if result is not None and not isinstance(result, SourceFailed):
        raise result
