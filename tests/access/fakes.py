"""A clock that a test moves, and a cluster that knows who somebody is."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from webhook.access.reviewer import AUDIENCE, CannotAsk, User

READER = User("system:serviceaccount:ops:reader", "uid-1", ("system:authenticated",))
STRANGER = User("system:serviceaccount:ops:stranger", "uid-2", ("system:authenticated",))
REPORT = "/report"


@dataclass
class Clock:
    """Monotonic seconds."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class FakeReviewer:
    """Implements AccessReviewer."""

    users: Mapping[tuple[str, str], User] = field(
        default_factory=lambda: {
            ("good", AUDIENCE): READER,
            ("strange", AUDIENCE): STRANGER,
            ("api", ""): READER,
        }
    )
    """By token and audience; "" is the API server's own."""
    readers: set[str] = field(default_factory=lambda: {READER.name})
    overriders: set[str] = field(default_factory=set)
    failure: CannotAsk | None = None
    slow: asyncio.Event | None = None
    """Answers wait for it."""
    asked: list[tuple[str, ...]] = field(default_factory=list)

    async def authenticate(self, token: str, audiences: Sequence[str]) -> User | None:
        await self._take(token, *audiences)
        return next((user for one in audiences or [""] if (user := self.users.get((token, one)))), None)

    async def may(self, user: User, verb: str, path: str) -> bool:
        await self._take(user.name, verb, path)
        return user.name in self.readers

    async def may_override(self, user: User) -> bool:
        await self._take(user.name, "override")
        return user.name in self.overriders

    async def _take(self, *question: str) -> None:
        self.asked.append(question)
        if self.slow is not None:
            await self.slow.wait()
        if self.failure is not None:
            raise self.failure
