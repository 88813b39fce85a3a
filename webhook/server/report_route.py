"""``GET /report``: the readiness report as JSON."""

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


def report_router(policy: Policy, inventory: Inventory, clock: Callable[[], datetime]) -> APIRouter:
    """Return the route. It works in a thread: a large report must not keep admission waiting."""
    router = APIRouter()

    @router.get("/report")
    def report(target: Annotated[str, Query(max_length=64)] = "", show: Show = Show.UNFIT) -> Response:
        try:
            version = KubernetesVersion.parse(target) if target else policy.target
        except InvalidVersion as error:
            return PlainTextResponse(f"target is {error}\n", status_code=400)
        now = clock()
        made = make_report(inventory, policy, target=version, now=now, show=show)
        # The age changes with the clock alone, so it stands in a header and the body stays the same.
        age = {"age": str(max(0, int((now - inventory.taken_at).total_seconds())))} if inventory.taken_at else {}
        return Response(render_json(made), media_type="application/json", headers=age)

    return router


def closed_report_router() -> APIRouter:
    """Return the route of a guard that can be reached from elsewhere: a report names every workload."""
    router = APIRouter()

    @router.get("/report")
    async def report() -> PlainTextResponse:
        return PlainTextResponse("the report is open on loopback only\n", status_code=403)

    return router
