"""The FastAPI application, and the small one for the plain port."""

from collections.abc import Sequence
from http import HTTPStatus

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from webhook.server.access_gate import AccessRefused, answer_refused
from webhook.server.asgi import refuse
from webhook.server.client_certificates import ClientGate
from webhook.server.validate import ValidateEndpoint

_NO_SUCH_PATH = "there is nothing here: the report is at /report"


def build_app(
    validate: ValidateEndpoint,
    report: APIRouter,
    health: Sequence[BaseRoute],
    clients: ClientGate | None = None,
) -> ASGIApp:
    """Return the application behind TLS: ``POST /validate``, ``GET /report``, ``GET /ready-for/…``, health.

    ``POST /validate`` goes past the middleware and the routing: they cost a third of an answer's time (30 of 99
    microseconds when measured), and the endpoint answers every error by itself. FastAPI has all the rest, the answer
    to other methods of that path among it. ``clients`` is who may call that path at all.
    """
    guarded = _Guarded(validate, clients or ClientGate())
    app = _build_fastapi(guarded, report, health)

    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        is_review = scope["type"] == "http" and scope["path"] == "/validate" and scope["method"] == "POST"
        await (guarded if is_review else app)(scope, receive, send)

    return front


class _Guarded:
    """The endpoint behind who may post reviews. Nothing else leads to it: more paths match a route than its own."""

    def __init__(self, validate: ValidateEndpoint, clients: ClientGate) -> None:
        self._validate = validate
        self._clients = clients

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._clients.lets_in(scope):
            await self._validate(scope, receive, send)
        else:
            await refuse(send, 403, "a certificate of the API server is needed to post reviews")


def _build_fastapi(validate: ASGIApp, report: APIRouter, health: Sequence[BaseRoute]) -> FastAPI:
    app = FastAPI(
        openapi_url=None,
        redirect_slashes=False,  # it would repeat the Host that somebody sent
        telemetry={"tracing": False, "metrics": False, "logs": False},  # its records would hold the objects judged
        exception_handlers={
            RequestValidationError: _bad_query,
            AccessRefused: answer_refused,
            HTTPException: _in_a_line,
        },
    )
    # Reached by other methods alone, to be told that there is POST.
    app.router.routes.append(Route("/validate", validate, methods=["POST"]))
    app.router.routes.extend(health)
    app.include_router(report)
    return app


def build_plain_app(health: Sequence[BaseRoute], metrics: BaseRoute) -> Starlette:
    """Return the application of the plain port: health and metrics, and nothing that names an object."""
    app = Starlette(routes=[*health, metrics])
    app.router.redirect_slashes = False  # as above
    return app


async def _in_a_line(_: Request, error: Exception) -> PlainTextResponse:
    """Answer what has no answer of its own; at a path that is none, tell which are, as the documents do."""
    if not isinstance(error, HTTPException):
        raise error
    text = _NO_SUCH_PATH if error.status_code == HTTPStatus.NOT_FOUND else error.detail
    return PlainTextResponse(f"{text}\n", error.status_code, error.headers)


async def _bad_query(_: Request, error: Exception) -> PlainTextResponse:
    """Name the parameters that are wrong, and repeat none of what was sent."""
    details = error.errors() if isinstance(error, RequestValidationError) else []
    names = ", ".join(sorted({str(detail["loc"][-1]) for detail in details}))
    return PlainTextResponse(f"wrong query parameter: {names}\n", status_code=400)
