"""The FastAPI application, and the small one for the plain port."""

from collections.abc import Sequence

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route

from webhook.server.validate import ValidateEndpoint


def build_app(validate: ValidateEndpoint, report: APIRouter, health: Sequence[BaseRoute]) -> FastAPI:
    """Return the application behind TLS: ``POST /validate``, ``GET /report``, ``/livez``, ``/readyz``."""
    app = FastAPI(
        openapi_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # its records would hold the objects judged
        exception_handlers={RequestValidationError: _bad_query},
    )
    # A plain ASGI route: an endpoint function of FastAPI halves the throughput, and reads the body its own way.
    app.router.routes.append(Route("/validate", validate, methods=["POST"]))
    app.router.routes.extend(health)
    app.include_router(report)
    return app


def build_health_app(health: Sequence[BaseRoute]) -> Starlette:
    """Return the application of the plain port: nothing but health."""
    return Starlette(routes=health)


async def _bad_query(_: Request, error: Exception) -> PlainTextResponse:
    """Name the parameters that are wrong, and repeat none of what was sent."""
    details = error.errors() if isinstance(error, RequestValidationError) else []
    names = ", ".join(sorted({str(detail["loc"][-1]) for detail in details}))
    return PlainTextResponse(f"wrong query parameter: {names}\n", status_code=400)
