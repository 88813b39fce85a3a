"""What answers when nothing is the matter: LIST, GET and the version."""

from typing import Any

from .continuation import Continuation, continuation_of
from .exchange import Exchange
from .statuses import Refused


async def answer_list(exchange: Exchange) -> None:
    """Answer a list or a page of one."""
    target, cluster, limit = exchange.target, exchange.cluster, exchange.limit
    start, revision = "", None
    if token := exchange.query.get("continue"):
        if exchange.revision:
            raise Refused(400, "specifying resource version is not allowed when using continue")
        going_on = continuation_of(token)
        start, revision = going_on.start, going_on.revision
    elif exchange.query.get("resourceVersion") == "0":
        limit = 0  # a real server answers from its watch cache then, which has no pages
    elif exchange.revision > cluster.revision:
        raise _not_that_far(exchange.revision, cluster.revision)
    found = cluster.page(target.resource, target.prefix, start, limit, revision)
    if found is None:
        raise Continuation(-1, start).expired
    revision, page = found
    metadata: dict[str, Any] = {"resourceVersion": str(revision)}
    if page.continue_from is not None:
        metadata["continue"] = Continuation(revision, page.continue_from).encode()
        metadata["remainingItemCount"] = page.remaining
    await exchange.whole(200, exchange.form.many(page.items, metadata))


async def answer_pod(exchange: Exchange) -> None:
    """Answer one pod."""
    name = exchange.target.name
    data = exchange.cluster.get("pods", f"{exchange.target.prefix}{name}")
    if data is None:
        raise Refused(404, f'pods "{name}" not found', details={"name": name, "kind": "pods"})
    await exchange.whole(200, exchange.form.single(data))


def _not_that_far(asked: int, revision: int) -> Refused:
    causes = [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}]
    return Refused(
        504,
        f"Timeout: Too large resource version: {asked}, current: {revision}",
        details={"causes": causes, "retryAfterSeconds": 1},
    )
