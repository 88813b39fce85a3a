"""``GET /report``: the readiness report as JSON."""

import asyncio
import functools
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse, Response

from webhook.inventory.known import KnownInventory
from webhook.policy.kubernetes_version import InvalidVersion, KubernetesVersion
from webhook.policy.policy import Policy
from webhook.readiness.making import Show, make_report
from webhook.readiness.renderings.documents import render_json

_KEPT = 4
"""Reports that are kept: of a large cluster each is some megabytes."""


def report_router(policy: Policy, inventory: KnownInventory, clock: Callable[[], datetime]) -> APIRouter:
    """Return the route.

    A report is made in a thread, one at a time, and kept until what it says may change: the pods, how much of the truth
    they are, or an exemption that expires. While a large one is made, admission shares the interpreter with it.
    """
    router = APIRouter()
    one_at_a_time = asyncio.Lock()
    kept: dict[Hashable, bytes] = {}

    @router.get("/report")
    async def report(target: Annotated[str, Query(max_length=64)] = "", show: Show = Show.UNFIT) -> Response:
        try:
            version = KubernetesVersion.parse(target) if target else policy.target
        except InvalidVersion as error:
            return PlainTextResponse(f"target is {error}\n", status_code=400)
        now = clock()
        exempting = tuple(exemption.holds_at(now) for exemption in policy.exemptions)
        async with one_at_a_time:
            known = inventory.snapshot()  # here, where the pods do not change under it, and not in the thread
            key = (version, show, exempting, known.revision, known.gaps, known.kubernetes_version)
            if key not in kept:
                if len(kept) == _KEPT:
                    kept.clear()
                made = functools.partial(make_report, known, policy, target=version, now=now, show=show)
                kept[key] = await asyncio.to_thread(lambda: render_json(made()))
            body = kept[key]
        # The age changes with the clock alone, so it stands in a header and the body stays the same.
        heard_at = inventory.heard_at()
        age = {"x-inventory-age": str(max(0, int((now - heard_at).total_seconds())))} if heard_at else {}
        return Response(body, media_type="application/json", headers=age)

    return router


def closed_report_router() -> APIRouter:
    """Return the route of a guard that can be reached from elsewhere: a report names every workload."""
    router = APIRouter()

    @router.get("/report")
    async def report() -> PlainTextResponse:
        return PlainTextResponse("the report is open on loopback only\n", status_code=403)

    return router
