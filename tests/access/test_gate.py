"""Who gets the report, and what everybody else is answered."""

import base64
import logging
from typing import Any

import pytest

from tests.access.fakes import READER, Clock, FakeReviewer
from tests.access.gated_app import SEEN_BY_READERS, client_of
from webhook.access.remembering_reviewer import RememberingReviewer
from webhook.access.reviewer import AUDIENCE, CannotAsk, TooMany
from webhook.server.access_gate import MAX_PATH, AccessGate, Outcome

pytestmark = pytest.mark.anyio

Headers = list[tuple[bytes, bytes]]
GOOD: Headers = [(b"Authorization", b"Bearer good")]
STRANGE: Headers = [(b"Authorization", b"Bearer strange")]


def basic(credentials: bytes) -> Headers:
    return [(b"Authorization", b"Basic " + base64.b64encode(credentials))]


def bearer(token: bytes) -> Headers:
    return [(b"Authorization", b"Bearer " + token)]


async def get(gate: AccessGate, headers: Headers, path: str = "/report") -> Any:
    async with client_of(gate) as client:
        return await client.get(path, headers=headers)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param(GOOD, 200, id="bearer"),
        pytest.param([(b"authorization", b"bEARER good")], 200, id="the scheme in any case"),
        pytest.param(basic(b"anna:good"), 200, id="password of basic"),
        pytest.param(basic(b":good"), 200, id="password of nobody"),
        pytest.param([*GOOD, (b"Cookie", b"a=b")], 200, id="other headers beside it"),
        pytest.param(STRANGE, 403, id="a good token without the right"),
        pytest.param(basic(b"anna:strange"), 403, id="the same as a password"),
        pytest.param([], 401, id="nothing"),
        pytest.param(bearer(b""), 401, id="an empty token"),
        pytest.param(bearer(b"bad"), 401, id="a token that nobody has"),
        pytest.param(bearer(b"api"), 401, id="a token for the API server"),
        pytest.param(basic(b"good:"), 401, id="the token as the name"),
        pytest.param(basic(b"good"), 401, id="basic without a colon"),
        pytest.param([(b"Authorization", b"Basic %%%")], 401, id="basic that is not base64"),
        pytest.param([(b"Authorization", b"good")], 401, id="no scheme"),
        pytest.param([(b"Authorization", b"Negotiate good")], 401, id="another scheme"),
        pytest.param([*GOOD, *GOOD], 401, id="twice"),
        pytest.param([*GOOD, *bearer(b"bad")], 401, id="two"),
        pytest.param([(b"Proxy-Authorization", b"Bearer good")], 401, id="meant for a proxy"),
        pytest.param([(b"X-Remote-User", READER.name.encode())], 401, id="a name in a header"),
        pytest.param(bearer(b"good\xc3\xa9"), 401, id="unicode"),
        pytest.param(bearer(b"x" * 9000), 401, id="huge"),
        pytest.param(basic(b"anna:" + b"x" * 9000), 401, id="huge as a password"),
    ],
)
async def test_the_headers_decide(headers: Headers, status: int) -> None:
    answer = await get(AccessGate(FakeReviewer()), headers)
    assert answer.status_code == status
    assert (SEEN_BY_READERS in answer.text) == (status == 200)


async def test_a_token_in_the_address_is_none() -> None:
    """Addresses are written down everywhere on their way."""
    assert (await get(AccessGate(FakeReviewer()), [], "/report?token=good&access_token=good")).status_code == 401


async def test_all_that_is_wrong_with_a_token_is_answered_alike() -> None:
    wrong = [[], bearer(b"bad"), bearer(b"x" * 9000), bearer(b"api"), basic(b"a"), [*GOOD, *GOOD], bearer(b"\xff")]
    gate = AccessGate(FakeReviewer())
    answers = [await get(gate, headers, path) for headers in wrong for path in ("/report", "/ready-for/1.32")]
    assert len({(one.status_code, one.content, tuple(one.headers.multi_items())) for one in answers}) == 1
    assert answers[0].headers.get_list("www-authenticate") == ["Bearer", f'Basic realm="{AUDIENCE}"']
    assert answers[0].headers["cache-control"] == "no-store"


async def test_who_is_known_and_may_not_is_not_asked_for_another_token() -> None:
    answer = await get(AccessGate(FakeReviewer()), STRANGE)
    assert answer.status_code == 403
    assert "www-authenticate" not in answer.headers
    assert READER.name not in answer.text


async def test_permission_is_asked_for_the_path_that_is_answered() -> None:
    cluster = FakeReviewer()
    gate = AccessGate(cluster)
    for path in ("/report", "/report?namespace=a", "/ready-for/1.32", "/ready-for/%31.32"):
        assert (await get(gate, GOOD, path)).is_success
    paths = [question[2] for question in cluster.asked if question[0] == READER.name]
    assert paths == ["/report", "/report", "/ready-for/1.32", "/ready-for/1.32"]


async def test_nothing_is_said_of_a_wrong_query_before_the_token_is_seen_to_be_good() -> None:
    gate = AccessGate(FakeReviewer())
    assert (await get(gate, [], "/report?limit=many")).status_code == 401
    assert (await get(gate, STRANGE, "/report?limit=many")).status_code == 403
    assert (await get(gate, GOOD, "/report?limit=many")).status_code == 422


async def test_a_path_that_is_none_of_ours_costs_no_question() -> None:
    cluster = FakeReviewer()
    gate = AccessGate(cluster)
    assert (await get(gate, GOOD, "/ready-for/" + "1" * MAX_PATH)).status_code == 400
    assert (await get(gate, GOOD, "/else")).status_code == 404
    assert not cluster.asked


async def test_what_is_not_behind_the_gate_needs_nothing() -> None:
    assert (await get(AccessGate.closed(), [], "/livez")).is_success


async def test_a_token_for_the_api_server_is_taken_where_that_is_chosen_and_one_for_us_as_well() -> None:
    gate = AccessGate(FakeReviewer(), api_server_tokens=True)
    assert [(await get(gate, bearer(token))).status_code for token in (b"api", b"good", b"bad")] == [200, 200, 401]


@pytest.mark.parametrize("headers", [[], GOOD, bearer(b"bad")])
async def test_an_open_gate_lets_everybody_in_and_a_closed_one_nobody(headers: Headers) -> None:
    assert (await get(AccessGate.open(), headers)).is_success
    answer = await get(AccessGate.closed(), headers)
    assert (answer.status_code, SEEN_BY_READERS in answer.text) == (403, False)


@pytest.mark.parametrize(
    ("failure", "status", "wait"),
    [
        (CannotAsk("connection refused"), 503, "1"),
        (CannotAsk("the API server answered 429", retry_after=7), 503, "7"),
        (CannotAsk("the API server answered 429", retry_after=1e9), 503, "60"),
        (TooMany("a question more than the pace allows", retry_after=1), 429, "1"),
    ],
)
async def test_while_nobody_can_say_who_may_nobody_is_let_in(failure: CannotAsk, status: int, wait: str) -> None:
    answer = await get(AccessGate(FakeReviewer(failure=failure)), GOOD)
    assert (answer.status_code, answer.headers["retry-after"]) == (status, wait)
    assert SEEN_BY_READERS not in answer.text
    assert str(failure) not in answer.text


async def test_a_flood_is_told_to_come_back_later_and_a_known_reader_still_reads() -> None:
    clock, cluster = Clock(), FakeReviewer()
    gate = AccessGate(RememberingReviewer(cluster, clock))
    assert (await get(gate, GOOD)).is_success
    async with client_of(gate) as client:
        flood = [
            (await client.get("/report", headers={"Authorization": f"Bearer bad-{n}"})).status_code for n in range(100)
        ]
    assert set(flood) == {401, 429}
    assert flood.count(401) < 11
    clock.seconds += 60
    assert (await get(gate, GOOD)).is_success
    assert gate.outcomes[Outcome.TOO_MANY] == flood.count(429)


async def test_how_it_went_is_counted() -> None:
    gate = AccessGate(FakeReviewer())
    for headers in (GOOD, STRANGE, STRANGE, []):
        await get(gate, headers)
    assert gate.outcomes == {Outcome.LET_IN: 1, Outcome.FORBIDDEN: 2, Outcome.NO_GOOD_TOKEN: 1}


async def test_the_log_says_once_why_nobody_is_let_in_and_never_a_token(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    cluster = FakeReviewer(failure=CannotAsk("the guard may not create\ntokenreviews"))
    gate = AccessGate(cluster, monotonic=clock)
    with caplog.at_level(logging.DEBUG):
        for _ in range(100):
            await get(gate, bearer(b"a-secret-token"))
        clock.seconds += 60
        await get(gate, bearer(b"a-secret-token"))
    ours = [vars(one)["fields"] for one in caplog.records if one.name == "eci-upgrade-guard"]
    why = "the guard may not create\N{REPLACEMENT CHARACTER}tokenreviews"
    assert ours == [{"why": why}, {"why": why, "repeated": 99}, {"why": why}]
    assert "a-secret-token" not in caplog.text


async def test_a_fault_of_ours_lets_nobody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = FakeReviewer()
    monkeypatch.setattr(cluster, "may", None)
    with pytest.raises(TypeError):  # which uvicorn answers with 500
        await get(AccessGate(cluster), GOOD)
