"""An application whose report is behind a gate, wired as the guard's own is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from fastapi import APIRouter, Depends, FastAPI
from fastapi.responses import PlainTextResponse

from webhook.server.access_gate import AccessGate, AccessRefused, answer_refused

SEEN_BY_READERS = "what only readers see"


def gated_app(gate: AccessGate) -> FastAPI:
    """Return it, with a report, an answer for each version, and health for everybody."""
    app = FastAPI(openapi_url=None, exception_handlers={AccessRefused: answer_refused})
    router = APIRouter(dependencies=[Depends(gate)])

    @router.get("/report")
    async def report(limit: int = 0) -> PlainTextResponse:
        return PlainTextResponse(SEEN_BY_READERS * (limit + 1))

    @router.get("/ready-for/{version}")
    async def ready_for(version: str) -> PlainTextResponse:
        return PlainTextResponse(f"{SEEN_BY_READERS}: {version}")

    @app.get("/livez")
    async def livez() -> PlainTextResponse:
        return PlainTextResponse("ok")

    app.include_router(router)
    return app


@asynccontextmanager
async def client_of(gate: AccessGate) -> AsyncIterator[httpx2.AsyncClient]:
    """Return a client of that application."""
    transport = httpx2.ASGITransport(gated_app(gate))
    async with httpx2.AsyncClient(transport=transport, base_url="http://guard") as client:
        yield client
