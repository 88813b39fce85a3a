"""A reviewer in front of another: asks it little, and remembers what it said. Tokens are remembered by their hash."""

import hashlib
import time
from collections.abc import Callable, Sequence

import msgspec

from webhook.access.questions import Questions
from webhook.access.reviewer import AccessReviewer, User

TOKEN_GOOD_FOR = 60.0
"""Seconds for which a token that was taken back, or has expired, may still be taken."""
TOKEN_BAD_FOR = 10.0
ALLOWED_FOR = 300.0
"""Seconds for which a right that was taken away may still be used."""
OVERRIDE_FOR = 15.0
"""Seconds for the right to override, either way: it is seldom asked for, and who was just given it waits for it."""
DENIED_FOR = 30.0
"""Seconds that somebody waits who was given a right after being refused."""


class RememberingReviewer:
    """Implements AccessReviewer. Raises TooMany where it would have to ask more than the API server is to bear."""

    def __init__(self, reviewer: AccessReviewer, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._reviewer = reviewer
        self._users: Questions[User | None] = Questions(monotonic, good_for=TOKEN_GOOD_FOR, bad_for=TOKEN_BAD_FOR)
        self._rights: Questions[bool] = Questions(monotonic, good_for=ALLOWED_FOR, bad_for=DENIED_FOR)
        self._overrides: Questions[bool] = Questions(monotonic, good_for=OVERRIDE_FOR, bad_for=OVERRIDE_FOR)

    async def authenticate(self, token: str, audiences: Sequence[str]) -> User | None:
        """Return whose token it is, as of a minute ago at most. Raises CannotAsk."""
        key = _digest((token, tuple(audiences)))
        return await self._users.answer(key, lambda: self._reviewer.authenticate(token, audiences))

    async def may(self, user: User, verb: str, path: str) -> bool:
        """Tell whether ``user`` has the right, as of five minutes ago at most. Raises CannotAsk."""
        key = _digest((user, verb, path))
        return await self._rights.answer(key, lambda: self._reviewer.may(user, verb, path))

    async def may_override(self, user: User) -> bool:
        """Tell whether ``user`` may override, as of some seconds ago at most. Raises CannotAsk."""
        return await self._overrides.answer(_digest(user), lambda: self._reviewer.may_override(user))


def _digest(question: object) -> bytes:
    """Return what a question is remembered by: short, and nothing that could be used in its place."""
    return hashlib.sha256(msgspec.json.encode(question)).digest()
