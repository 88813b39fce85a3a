"""Where a certificate is demanded of who posts reviews, no path leads past that."""

from typing import Any

import pytest
from fastapi import APIRouter
from starlette.routing import Route

from tests.builders import engine, in_force, inventory, policy
from webhook.inventory.known import FileInventory
from webhook.server.app import build_app
from webhook.server.client_certificates import CLIENT_NAMES, ClientGate
from webhook.server.journal import Journal
from webhook.server.metrics.decisions import DecisionMetrics
from webhook.server.override_rights import OverrideRights
from webhook.server.validate import ValidateEndpoint

pytestmark = pytest.mark.anyio


async def status_of(method: str, path: str, *names: str) -> int:
    """The status of a request with nothing in it, by a client that has proven these names."""
    known = FileInventory(inventory(), policy())
    endpoint = ValidateEndpoint(engine(), known, OverrideRights(None), Journal(in_force()), DecisionMetrics())
    health: list[Route] = []
    app = build_app(endpoint, APIRouter(), health, ClientGate(frozenset({"api-server"})))
    sent: list[Any] = []
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
        "http_version": "1.1",
        "scheme": "https",
        "server": ("localhost", 8443),
        "client": ("localhost", 1),
        CLIENT_NAMES: frozenset(names),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    status: int = sent[0]["status"]
    return status


@pytest.mark.parametrize("path", ["/validate", "/validate\n", "/validate/", "//validate", "/VALIDATE"])
async def test_without_the_name_no_path_leads_to_the_endpoint(path: str) -> None:
    """A route of the framework matches a path with a line break at its end as well."""
    for names in ((), ("another",)):
        assert await status_of("POST", path, *names) in {403, 404, 307}
    assert (await status_of("POST", path)) != 400


async def test_with_the_name_the_endpoint_answers() -> None:
    assert await status_of("POST", "/validate", "api-server") == 400, "which is what it says of an empty review"


async def test_another_method_is_told_that_there_is_post() -> None:
    assert await status_of("GET", "/validate", "api-server") == 405
