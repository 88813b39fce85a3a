"""Who may override is asked of the cluster that calls us, within a bound of time; without an answer nobody may."""

import asyncio
import logging

import pytest

from tests.access.fakes import Clock, FakeReviewer
from webhook.access.remembering_reviewer import OVERRIDE_FOR, RememberingReviewer
from webhook.access.reviewer import CannotAsk, User
from webhook.admission.override_right import Right
from webhook.admission.review import UserInfo
from webhook.server.override_rights import OverrideRights

pytestmark = pytest.mark.anyio

ANNA = UserInfo("anna", "uid-7", ("developers",), {"scopes": ("a", "b")})


async def test_who_has_the_right_is_granted_it_and_nobody_else() -> None:
    rights = OverrideRights(FakeReviewer(overriders={"anna"}))
    assert await rights.right_of(ANNA, within=1) is Right.GRANTED
    assert await rights.right_of(UserInfo("bert"), within=1) is Right.REFUSED
    assert rights.outcomes == {Right.GRANTED: 1, Right.REFUSED: 1}


async def test_the_question_carries_all_that_is_known_of_the_user() -> None:
    class Keeping(FakeReviewer):
        async def may_override(self, user: User) -> bool:
            users.append(user)
            return True

    users: list[User] = []
    await OverrideRights(Keeping()).right_of(ANNA, within=1)
    assert users == [User("anna", "uid-7", ("developers",), (("scopes", ("a", "b")),))]


@pytest.mark.parametrize("user", [None, UserInfo(""), UserInfo("", "uid", ("system:masters",))])
async def test_who_has_no_name_is_not_asked_about(user: UserInfo | None) -> None:
    cluster = FakeReviewer(overriders={""})
    assert await OverrideRights(cluster).right_of(user, within=1) is Right.NOT_KNOWN
    assert cluster.asked == []


async def test_without_a_cluster_nobody_overrides() -> None:
    assert await OverrideRights(None).right_of(ANNA, within=1) is Right.NOT_KNOWN


@pytest.mark.parametrize("within", [0.02, 0, -1])
async def test_an_answer_that_does_not_come_in_time_is_none(within: float, caplog: pytest.LogCaptureFixture) -> None:
    cluster = FakeReviewer(overriders={"anna"}, slow=asyncio.Event())
    with caplog.at_level(logging.WARNING):
        assert await OverrideRights(cluster).right_of(ANNA, within=within) is Right.NOT_KNOWN
    assert "right to override not known" in caplog.text


async def test_a_cluster_that_cannot_be_asked_lets_nobody_override_and_is_spoken_of_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    rights = OverrideRights(FakeReviewer(failure=CannotAsk("the API server is away")))
    with caplog.at_level(logging.WARNING):
        for _ in range(50):
            assert await rights.right_of(ANNA, within=1) is Right.NOT_KNOWN
    assert caplog.text.count("right to override not known") == 1


async def test_an_answer_is_remembered_briefly_either_way() -> None:
    cluster, clock = FakeReviewer(), Clock()
    rights = OverrideRights(RememberingReviewer(cluster, clock))
    assert await rights.right_of(ANNA, within=1) is Right.REFUSED
    cluster.overriders.add("anna")
    assert await rights.right_of(ANNA, within=1) is Right.REFUSED
    clock.seconds += OVERRIDE_FOR
    assert await rights.right_of(ANNA, within=1) is Right.GRANTED
    cluster.overriders.clear()
    clock.seconds += OVERRIDE_FOR
    assert await rights.right_of(ANNA, within=1) is Right.REFUSED
    assert len(cluster.asked) == 3
