"""What the guard's route is measured beside. ``python -m tests.benchmarks.serving bare|naive`` serves one of them.

Same server, settings, TLS and application class as the guard's; the endpoint alone differs, and judges nothing.
"""

import logging
import sys
from datetime import UTC, datetime
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from msgspec import Struct
from starlette.routing import Route

from certs.self_signed import make_self_signed
from webhook.server import lifecycle
from webhook.server.json_log import json_logs, say
from webhook.server.listening import at, listen
from webhook.server.tls import ServedTls


class _Metadata(Struct):
    annotations: dict[str, str] | None = None


class _Pod(Struct):
    metadata: _Metadata


class _Request(Struct):
    uid: str
    object: _Pod


class _Review(Struct):
    request: _Request


_decoder = msgspec.json.Decoder(_Review)


def _new_app() -> FastAPI:
    return FastAPI(openapi_url=None, telemetry={"tracing": False, "metrics": False, "logs": False})


def build_bare_app() -> FastAPI:
    """Return a plain Starlette route on a FastAPI application: the least that reads a review and answers it."""

    async def validate(request: Request) -> Response:
        review = _decoder.decode(await request.body())
        return Response(msgspec.json.encode(_allowed(review.request.uid)), media_type="application/json")

    app = _new_app()
    app.router.routes.append(Route("/validate", validate, methods=["POST"]))
    return app


def build_naive_app() -> FastAPI:
    """Return an endpoint function of FastAPI, which takes and returns dicts."""
    app = _new_app()

    @app.post("/validate")
    async def validate(review: dict[str, Any]) -> dict[str, Any]:
        return _allowed(review["request"]["uid"])

    return app


def _allowed(uid: str) -> dict[str, Any]:
    response = {"uid": uid, "allowed": True}
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response}


def main(name: str) -> None:
    """Serve on a free port of the loopback, and log the address in the guard's own words, until SIGTERM."""
    app = {"bare": build_bare_app, "naive": build_naive_app}[name]()
    served = ServedTls()
    served.show(make_self_signed(["127.0.0.1"], datetime.now(UTC)))
    sock = listen("127.0.0.1", 0)
    with json_logs(logging.INFO):
        say(logging.INFO, "listening", address=f"https://{at(*sock.getsockname()[:2])}")
        lifecycle.run_loop(lifecycle.server_for(app, served.context).serve(sockets=[sock]))


if __name__ == "__main__":
    main(sys.argv[1])
