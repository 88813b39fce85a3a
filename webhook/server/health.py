"""Liveness and readiness. Ready is only who answers TLS: the socket is asked, not a flag."""

import asyncio
import time
from collections.abc import Callable, Iterable

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from webhook.server.ending import Ending
from webhook.server.handshake import trusting_context

_DEADLINE = 1.0
_KEPT = 1.0


class TlsProbe:
    """Shakes hands with the guard's own listener. The answer is kept for a second: a flood of probes costs one."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._lock = asyncio.Lock()
        self._asked_at = float("-inf")
        self._answer = False
        self._context = trusting_context()

    async def answers(self) -> bool:
        """Tell whether the listener completes a handshake within a second."""
        async with self._lock:
            if time.monotonic() - self._asked_at > _KEPT:
                self._answer = await self._shake_hands()
                self._asked_at = time.monotonic()
            return self._answer

    async def _shake_hands(self) -> bool:
        try:
            async with asyncio.timeout(_DEADLINE):
                _, writer = await asyncio.open_connection(*self._address, ssl=self._context)
        except (OSError, TimeoutError):
            return False
        writer.transport.abort()
        return True


def health_routes(
    probe: TlsProbe,
    synced: Callable[[], bool],
    ending: Ending,
    details: Callable[[], Iterable[str]] = tuple,
) -> list[Route]:
    """Return ``/livez`` and ``/readyz``, which with ``?verbose`` has lines of ``details`` before its answer.

    Ready is who answers TLS, has read the pods once, and is not about to end. What grows old later is told elsewhere:
    if it made a guard unready, all replicas would go together, and nobody would answer at all.
    """

    async def livez(_: Request) -> PlainTextResponse:
        return PlainTextResponse("ok\n")

    async def trouble() -> str:
        if ending.draining:
            return "draining"
        if not synced():
            return "the pods of the cluster were not read yet"
        return "" if await probe.answers() else "TLS does not answer"

    async def readyz(request: Request) -> PlainTextResponse:
        found = await trouble()
        told = [*details()] if "verbose" in request.query_params else []
        return PlainTextResponse("\n".join([*told, found or "ok", ""]), status_code=503 if found else 200)

    return [Route("/livez", livez), Route("/readyz", readyz)]
