"""What is asked of the API server, and what is made of its answer, however odd: nobody is let in by accident."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.access.reviewing import reviewing
from tests.access.scripted_api import Scripted
from tests.weather.kubeconfigs import unused_port, write_kubeconfig
from webhook.access.reviewer import API_SERVER, AUDIENCE, CannotAsk, User
from webhook.cluster import reviews
from webhook.cluster.credentials import Credentials
from webhook.cluster.reviews import Reviews
from webhook.inventory.source import SourceFailed

pytestmark = pytest.mark.anyio

OURS = (AUDIENCE,)
ANNA = {"username": "anna", "uid": "u", "groups": ["dev", "ops"], "extra": {"b": ["2", "1"], "a": []}}
USER = User("anna", "u", ("dev", "ops"), (("a", ()), ("b", ("2", "1"))))
TOKENS = "/apis/authentication.k8s.io/v1/tokenreviews"
RIGHTS = "/apis/authorization.k8s.io/v1/subjectaccessreviews"


@pytest.fixture
async def server() -> AsyncIterator[Scripted]:
    scripted = Scripted()
    runner = web.ServerRunner(web.Server(scripted.answer, access_log=None, handler_cancellation=True))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    scripted.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield scripted
    await runner.cleanup()


@pytest.fixture
async def asking(server: Scripted, tmp_path: Path) -> AsyncIterator[Reviews]:
    async with reviewing(Credentials(str(write_kubeconfig(tmp_path / "kubeconfig", server.url)))) as one:
        yield one


def token_status(**changed: Any) -> dict[str, Any]:
    return {"authenticated": True, "user": ANNA, "audiences": [AUDIENCE]} | changed


async def test_a_token_is_asked_about_for_our_audience(server: Scripted, asking: Reviews) -> None:
    server.status = token_status()
    assert await asking.authenticate("secret", OURS) == USER
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview"}
    assert server.asked == [("POST", TOKENS, review | {"spec": {"token": "secret", "audiences": [AUDIENCE]}})]


async def test_for_the_audience_of_the_api_server_none_is_named(server: Scripted, asking: Reviews) -> None:
    server.status = token_status(audiences=["https://kubernetes.default.svc"])
    assert await asking.authenticate("secret", API_SERVER) == USER
    assert server.asked[0][2]["spec"] == {"token": "secret"}
    server.status = token_status(audiences=None)
    assert await asking.authenticate("secret", API_SERVER) == USER


@pytest.mark.parametrize(
    "status",
    [
        token_status(authenticated=False),
        {"user": {}, "error": "[invalid bearer token, token lookup failed]"},
        token_status(audiences=["https://kubernetes.default.svc"]),
        token_status(audiences=[f"{AUDIENCE}-not", ""]),
        token_status(audiences=[]),
        token_status(audiences=None),
        {"authenticated": True, "user": ANNA},
        token_status(user={"groups": ["system:masters"]}),
        {"authenticated": True, "audiences": [AUDIENCE]},
    ],
)
async def test_a_token_that_is_not_said_to_be_good_for_us_is_nobodys(
    status: Any, server: Scripted, asking: Reviews
) -> None:
    server.status = status
    assert await asking.authenticate("secret", OURS) is None


async def test_a_right_is_asked_for_with_all_that_is_known_of_the_user(server: Scripted, asking: Reviews) -> None:
    server.status = {"allowed": True}
    assert await asking.may(USER, "get", "/report") is True
    ((method, path, review),) = server.asked
    assert (method, path, review["kind"]) == ("POST", RIGHTS, "SubjectAccessReview")
    assert review["spec"] == {
        "user": "anna",
        "uid": "u",
        "groups": ["dev", "ops"],
        "extra": {"a": [], "b": ["2", "1"]},
        "nonResourceAttributes": {"path": "/report", "verb": "get"},
    }


@pytest.mark.parametrize(
    "status", [{"allowed": False}, {"allowed": False, "denied": True}, {"allowed": True, "denied": True}]
)
async def test_what_is_not_allowed_or_is_denied_is_no_right(status: Any, server: Scripted, asking: Reviews) -> None:
    server.status = status
    assert await asking.may(USER, "get", "/report") is False


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"status":null}',
        b'{"status":{"authenticated":"true","allowed":"true"}}',
        b'{"status":{"authenticated":1,"allowed":1}}',
        b'{"status":{"authenticated":true,"user":{"username":"\xff"},"audiences":["eci-upgrade-guard"]}}',
        b'{"status":' + b"[" * 100_000,
    ],
)
async def test_an_answer_that_cannot_be_read_is_no_answer(body: bytes, server: Scripted, asking: Reviews) -> None:
    server.next = [web.Response(body=body, status=201) for _ in range(2)]
    with pytest.raises(CannotAsk, match="cannot be read"):
        await asking.authenticate("secret", OURS)
    if b'authenticated":true' not in body:
        with pytest.raises(CannotAsk, match="cannot be read"):
            await asking.may(USER, "get", "/report")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (403, "the guard may not create tokenreviews.authentication.k8s.io; the ClusterRole system:auth-delegator"),
        (404, "the API server answered 404 to tokenreviews.authentication.k8s.io"),
        (409, "answered 409"),
        (500, "answered 500"),
        (202, "answered 202"),
    ],
)
async def test_a_refusal_is_told_without_what_was_sent_with_it(
    status: int, said: str, server: Scripted, asking: Reviews
) -> None:
    server.next = [web.json_response({"message": "you sent secret"}, status=status)]
    with pytest.raises(CannotAsk, match=said) as raised:
        await asking.authenticate("secret", OURS)
    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is None


async def test_how_long_the_api_server_asks_to_be_left_alone_is_passed_on(server: Scripted, asking: Reviews) -> None:
    server.next = [web.Response(status=429, headers={"Retry-After": "7"})]
    with pytest.raises(CannotAsk) as raised:
        await asking.may(USER, "get", "/report")
    assert raised.value.retry_after == 7


async def test_credentials_that_have_grown_old_are_read_anew_at_once(server: Scripted, asking: Reviews) -> None:
    server.status, server.next = token_status(), [web.Response(status=401)]
    assert await asking.authenticate("secret", OURS) == USER
    server.next = [web.Response(status=401), web.Response(status=401)]
    with pytest.raises(CannotAsk, match="answered 401"):
        await asking.authenticate("secret", OURS)
    assert len(server.asked) == 4


async def test_a_connection_that_the_other_end_has_closed_is_made_anew(server: Scripted, asking: Reviews) -> None:
    server.status = token_status()
    assert await asking.authenticate("secret", OURS) == USER
    server.next = ["hang up"]
    assert await asking.authenticate("secret", OURS) == USER
    assert len(server.asked) == 3


async def test_an_api_server_that_is_silent_is_waited_for_once(
    server: Scripted, asking: Reviews, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reviews, "_WITHIN", 0.1)
    server.next = ["say nothing"] * 2
    with pytest.raises(CannotAsk, match="silent for too long"):
        await asking.authenticate("secret", OURS)
    assert len(server.asked) == 1


async def test_an_api_server_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    with unused_port() as port:
        kubeconfig = write_kubeconfig(tmp_path / "kubeconfig", f"http://127.0.0.1:{port}")
        async with reviewing(Credentials(str(kubeconfig))) as asking:
            with pytest.raises(CannotAsk, match="cannot be reached"):
                await asking.may(USER, "get", "/report")


async def test_a_kubeconfig_that_is_of_no_use_is_told_of_before_anybody_asks(tmp_path: Path) -> None:
    with pytest.raises(SourceFailed, match="there is no kubeconfig"):
        async with reviewing(Credentials(str(tmp_path / "none"))):
            pass
