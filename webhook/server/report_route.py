"""``GET /report``, in every format; and ``GET /ready-for/{version}``, a gate for ``curl -f``."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Path, Query, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from webhook.policy.kubernetes_version import InvalidVersion, KubernetesVersion
from webhook.policy.nearest import nearest
from webhook.policy.verdict import Readiness
from webhook.readiness.making import Show
from webhook.readiness.rendering import Format
from webhook.server.access_gate import AccessGate
from webhook.server.negotiation import acceptable, takes_gzip
from webhook.server.reporting import Asked, Reporting

_STATUS = {Readiness.READY: 200, Readiness.NOT_READY: 409, Readiness.UNKNOWN: 503}
_NAMESPACE = r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"
_PIECE = 64 * 1024


def report_router(reporting: Reporting, gate: AccessGate) -> APIRouter:
    """Return both routes, behind the gate."""
    router = APIRouter(dependencies=[Depends(gate), Depends(_prove_query)])

    @router.get("/report")
    async def report(  # noqa: PLR0913 -- a parameter of the request each
        *,
        target: Annotated[str, Query(max_length=64)] = "",
        format: Annotated[Format | None, Query()] = None,  # noqa: A002 -- its name in the query
        namespace: Annotated[str, Query(max_length=63, pattern=_NAMESPACE)] = "",
        show: Show | None = None,
        accept: Annotated[str, Header()] = "",
        accept_encoding: Annotated[str, Header()] = "",
        if_none_match: Annotated[str, Header()] = "",
    ) -> Response:
        chosen = format or acceptable(accept)
        if chosen is None:
            known = dict.fromkeys(one.nature.media_type for one in Format)
            return PlainTextResponse(f"known formats: {', '.join(known)}\n", status_code=406)
        try:
            version = KubernetesVersion.parse(target) if target else reporting.target
        except InvalidVersion as error:
            return PlainTextResponse(f"target is {error}\n", status_code=400)
        if namespace and reporting.lacks_namespace(namespace):
            return PlainTextResponse("there is no such namespace\n", status_code=404)
        asked = Asked(version, chosen, namespace, show or chosen.nature.show)
        made = await reporting.make(asked, compressed=takes_gzip(accept_encoding))
        headers = _headers(reporting.age()) | {"etag": made.etag, "cache-control": "private, no-cache"}
        if chosen is Format.HTML:
            headers["content-security-policy"] = _policy_of_the_page()
        if made.etag in if_none_match:
            return Response(status_code=304, headers=headers)
        if made.compressed:
            headers["content-encoding"] = "gzip"
        headers["content-length"] = str(len(made.body))
        return StreamingResponse(_pieces(made.body), media_type=chosen.nature.media_type, headers=headers)

    @router.get("/ready-for/{version}")
    async def ready_for(version: Annotated[str, Path(max_length=64)]) -> Response:
        try:
            target = KubernetesVersion.parse(version)
        except InvalidVersion as error:
            return PlainTextResponse(f"the version is {error}\n", status_code=400)
        answer = reporting.ask(target)
        return JSONResponse(
            {"target": str(target), "readiness": answer.readiness, "summary": answer.summary},
            status_code=_STATUS[answer.readiness],
            headers=_headers(reporting.age()) | {"cache-control": "no-store"},
        )

    return router


async def _prove_query(request: Request) -> None:
    """Raise for a parameter that the route does not take: who mistypes one gets no answer to another question."""
    known = [parameter.alias for parameter in request.scope["route"].dependant.query_params]
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        takes = f"this path takes {', '.join(known) or 'none'}"
        raise HTTPException(400, f"unknown query parameter{nearest(unknown[0], known)} ({takes})")


async def _pieces(body: bytes) -> AsyncIterator[memoryview]:
    """Yield a body so that encrypting it never keeps admission waiting for long."""
    whole = memoryview(body)
    for start in range(0, len(whole), _PIECE):
        yield whole[start : start + _PIECE]


def _policy_of_the_page() -> str:
    """Return the page's own policy, and that no other page may frame it, which only a header can say."""
    from webhook.readiness.renderings.html_page.assets import content_security_policy  # noqa: PLC0415 -- loads templates

    return f"{content_security_policy()}; frame-ancestors 'none'"


def _headers(age: int | None) -> dict[str, str]:
    """Say how old the data is. It changes with the clock alone, so it is no part of the body."""
    told = {} if age is None else {"x-inventory-age": str(age)}
    return told | {"vary": "Accept, Accept-Encoding, Authorization", "x-content-type-options": "nosniff"}
