"""The API server is asked little: not what it said just now, not twice at a time, and not by a flood."""

import asyncio
import gc
from collections.abc import Iterator

import pytest

from tests.access.asked import OURS, Asked, all_wait
from tests.access.fakes import READER, REPORT, STRANGER
from webhook.access.pace import A_SECOND, AT_ONCE
from webhook.access.questions import CAPACITY
from webhook.access.reviewer import API_SERVER, AUDIENCE, CannotAsk, TooMany, User

pytestmark = pytest.mark.anyio


@pytest.fixture
def asked() -> Iterator[Asked]:
    yield Asked()
    gc.collect()  # an error that nobody looked at would be told of now


@pytest.mark.parametrize(("token", "user", "seconds"), [("good", READER, 60), ("bad", None, 10)])
async def test_what_is_known_of_a_token_holds_for_a_time(
    asked: Asked, token: str, user: User | None, seconds: float
) -> None:
    for _ in range(2):
        for _ in range(3):
            assert await asked.token(token) == user
        asked.clock.seconds += seconds - 0.001
        assert await asked.token(token) == user
        asked.clock.seconds += 0.001
    assert asked.cluster.asked == [(token, AUDIENCE)] * 2


@pytest.mark.parametrize(("user", "may", "seconds"), [(READER, True, 300), (STRANGER, False, 30)])
async def test_what_is_known_of_a_right_holds_for_a_time(asked: Asked, user: User, may: object, seconds: float) -> None:
    for _ in range(2):
        assert [await asked.reviewer.may(user, "get", REPORT) for _ in range(3)] == [may] * 3
        asked.clock.seconds += seconds - 0.001
        assert await asked.reviewer.may(user, "get", REPORT) is may
        asked.clock.seconds += 0.001
    assert asked.cluster.asked == [(user.name, "get", REPORT)] * 2


async def test_the_age_of_an_answer_counts_from_the_question(asked: Asked) -> None:
    asked.cluster.slow = asyncio.Event()
    waiting = asyncio.create_task(asked.token("good"))
    await all_wait()
    asked.clock.seconds += 59
    asked.cluster.slow.set()
    await waiting
    asked.clock.seconds += 1
    await asked.token("good")
    assert len(asked.cluster.asked) == 2


async def test_audiences_rights_paths_and_every_part_of_a_user_are_kept_apart(asked: Asked) -> None:
    assert await asked.reviewer.authenticate("api", OURS) is None
    assert await asked.reviewer.authenticate("api", API_SERVER) == READER
    alike = [READER, User(READER.name), User(READER.name, groups=("a",)), User(READER.name, extra=(("a", ("b",)),))]
    for user in alike:
        await asked.reviewer.may(user, "get", REPORT)
        await asked.reviewer.may(user, "get", "/ready-for/1.32")
        await asked.reviewer.may(user, "post", REPORT)
        asked.clock.seconds += 1
    assert len(asked.cluster.asked) == 2 + 3 * len(alike)


async def test_many_who_ask_the_same_at_once_are_one_question(asked: Asked) -> None:
    asked.cluster.slow = asyncio.Event()
    waiting = [asyncio.create_task(asked.token("good")) for _ in range(100)]
    await all_wait()
    asked.cluster.slow.set()
    assert await asyncio.gather(*waiting) == [READER] * 100
    assert len(asked.cluster.asked) == 1


async def test_who_goes_away_takes_the_answer_from_nobody(asked: Asked) -> None:
    asked.cluster.slow = asyncio.Event()
    leaving, staying = asyncio.create_task(asked.token("good")), asyncio.create_task(asked.token("good"))
    await all_wait()
    leaving.cancel()
    await all_wait()
    asked.cluster.slow.set()
    assert await staying == READER
    assert len(asked.cluster.asked) == 1


async def test_a_failure_is_told_to_all_who_wait_and_is_not_remembered(asked: Asked) -> None:
    asked.cluster.failure = CannotAsk("no answer")
    told = await asyncio.gather(*(asked.token("good") for _ in range(5)), return_exceptions=True)
    assert [type(one) for one in told] == [CannotAsk] * 5
    assert len(asked.cluster.asked) == 1
    asked.cluster.failure = None
    assert await asked.token("good") == READER


async def test_a_failure_that_nobody_waits_for_is_not_told_of(asked: Asked, caplog: pytest.LogCaptureFixture) -> None:
    asked.cluster.slow, asked.cluster.failure = asyncio.Event(), CannotAsk("no answer")
    leaving = asyncio.create_task(asked.token("good"))
    await all_wait()
    leaving.cancel()
    asked.cluster.slow.set()
    await all_wait()
    gc.collect()
    assert not caplog.records


async def test_while_the_api_server_is_silent_few_questions_wait_for_it(asked: Asked) -> None:
    asked.cluster.slow = asyncio.Event()
    waiting = [asyncio.create_task(asked.token(f"bad-{n}")) for n in range(50)]
    await all_wait()
    assert len(asked.cluster.asked) == AT_ONCE
    asked.cluster.slow.set()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert sum(isinstance(one, TooMany) for one in outcomes) == 50 - AT_ONCE


async def test_a_flood_of_bad_tokens_costs_the_api_server_a_few_questions_a_second(asked: Asked) -> None:
    refused = 0
    for _ in range(5):
        refused += await asked.flood(1000)
        asked.clock.seconds += 1
    assert len(asked.cluster.asked) == 5 * A_SECOND
    assert refused == 5000 - 5 * A_SECOND


async def test_one_bad_token_sent_ever_again_costs_one_question(asked: Asked) -> None:
    assert [await asked.token("bad") for _ in range(1000)] == [None] * 1000
    assert len(asked.cluster.asked) == 1


async def test_a_flood_keeps_nobody_out_who_was_let_in_before(asked: Asked) -> None:
    assert await asked.token("good") == READER
    for _ in range(20):
        asked.clock.seconds += 70  # the good token is asked about again each time
        await asked.flood(200)
        assert await asked.token("good") == READER
        assert await asked.reviewer.may(READER, "get", REPORT)
    assert asked.cluster.asked.count(("good", AUDIENCE)) == 21


async def test_a_flood_of_paths_by_somebody_who_is_known_is_bounded_too(asked: Asked) -> None:
    paths = (f"/ready-for/{n}" for n in range(1000))
    outcomes = [await asyncio.gather(asked.reviewer.may(READER, "get", one), return_exceptions=True) for one in paths]
    refused = sum(isinstance(outcome, TooMany) for (outcome,) in outcomes)
    assert (len(asked.cluster.asked), refused) == (A_SECOND, 1000 - A_SECOND)


async def test_a_token_that_was_good_and_is_no_more_is_a_strangers(asked: Asked) -> None:
    assert await asked.token("good") == READER
    asked.cluster.users = {}
    asked.clock.seconds += 60
    assert await asked.token("good") is None
    asked.clock.seconds += 10
    await asked.flood(100)
    with pytest.raises(TooMany):
        await asked.token("good")


async def test_not_even_a_long_flood_makes_anybody_a_stranger_again(asked: Asked) -> None:
    assert await asked.token("good") == READER
    for _ in range(2 * CAPACITY // A_SECOND):
        asked.clock.seconds += 1
        await asked.flood(A_SECOND + 1)
    assert await asked.token("good") == READER


async def test_memory_is_bounded_and_holds_no_token(asked: Asked) -> None:
    await asked.token("a-secret-token")
    for _ in range(2 * CAPACITY // A_SECOND):
        asked.clock.seconds += 1
        await asked.flood(A_SECOND + 1)
    users = vars(asked.reviewer)["_users"]
    assert len(vars(users)["_bad"]) == CAPACITY
    assert not vars(users)["_asking"]
    assert {len(key) for key in vars(vars(users)["_bad"])["_kept"]} == {32}
