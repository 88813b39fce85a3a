"""A reviewer that remembers, in front of a cluster that counts what it is asked."""

import asyncio
import itertools

from tests.access.fakes import Clock, FakeReviewer
from webhook.access.remembering_reviewer import RememberingReviewer
from webhook.access.reviewer import AUDIENCE, TooMany, User

OURS = (AUDIENCE,)


class Asked:
    """A remembering reviewer, what is behind it, and its clock."""

    def __init__(self) -> None:
        self.clock, self.cluster = Clock(), FakeReviewer()
        self.reviewer = RememberingReviewer(self.cluster, self.clock)
        self._names = itertools.count()

    async def token(self, token: str) -> User | None:
        return await self.reviewer.authenticate(token, OURS)

    async def flood(self, count: int) -> int:
        """Send tokens that were never seen; return how many were refused unasked."""
        names = (f"bad-{next(self._names)}" for _ in range(count))
        outcomes = [await asyncio.gather(self.token(name), return_exceptions=True) for name in names]
        return sum(isinstance(outcome, TooMany) for (outcome,) in outcomes)


async def all_wait() -> None:
    """Return when every task has come to where it waits."""
    for _ in range(5):
        await asyncio.sleep(0)
