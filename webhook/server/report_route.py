"""``GET /report``: the readiness report as JSON."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse, Response

from webhook.inventory.inventory import Inventory
from webhook.policy.kubernetes_version import InvalidVersion, KubernetesVersion
from webhook.policy.policy import Policy
from webhook.readiness.making import Show, make_report
from webhook.readiness.renderings.documents import render_json

_KEPT = 4
"""Reports that are kept: of a large cluster each is some megabytes."""


def report_router(policy: Policy, inventory: Inventory, clock: Callable[[], datetime]) -> APIRouter:
    """Return the route.

    A report is made in a thread, one at a time, and kept: the inventory does not change, so it holds until another
    exemption expires. While a large one is made, admission shares the interpreter with it.
    """
    router = APIRouter()
    one_at_a_time = threading.Lock()
    kept: dict[tuple[KubernetesVersion, Show, tuple[bool, ...]], bytes] = {}

    @router.get("/report")
    def report(target: Annotated[str, Query(max_length=64)] = "", show: Show = Show.UNFIT) -> Response:
        try:
            version = KubernetesVersion.parse(target) if target else policy.target
        except InvalidVersion as error:
            return PlainTextResponse(f"target is {error}\n", status_code=400)
        now = clock()
        key = (version, show, tuple(exemption.holds_at(now) for exemption in policy.exemptions))
        with one_at_a_time:
            if key not in kept:
                if len(kept) == _KEPT:
                    kept.clear()
                kept[key] = render_json(make_report(inventory, policy, target=version, now=now, show=show))
            body = kept[key]
        # The age changes with the clock alone, so it stands in a header and the body stays the same.
        taken_at = inventory.taken_at
        age = {"x-inventory-age": str(max(0, int((now - taken_at).total_seconds())))} if taken_at else {}
        return Response(body, media_type="application/json", headers=age)

    return router


def closed_report_router() -> APIRouter:
    """Return the route of a guard that can be reached from elsewhere: a report names every workload."""
    router = APIRouter()

    @router.get("/report")
    async def report() -> PlainTextResponse:
        return PlainTextResponse("the report is open on loopback only\n", status_code=403)

    return router
