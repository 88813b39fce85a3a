"""Whether who asks for an upgrade may override a denial: asked of the cluster that calls us, within a bound of time."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable

from webhook.access.reviewer import AccessReviewer, CannotAsk, User
from webhook.admission.override_right import Right
from webhook.admission.review import UserInfo
from webhook.server.once_a_minute import OnceAMinute

LONGEST = 2.0
"""Seconds that an answer is waited for, however long the API server would wait for ours."""


class OverrideRights:
    """Asks a reviewer. Where there is none, or it gives no answer in time, nobody overrides anything."""

    def __init__(self, reviewer: AccessReviewer | None, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.outcomes: Counter[Right] = Counter()
        self._reviewer = reviewer
        self._not_known = OnceAMinute("right to override not known", monotonic)

    async def right_of(self, user: UserInfo | None, *, within: float) -> Right:
        """Return what the cluster says of ``user``, after at most ``within`` seconds. Never raises; it is counted."""
        right = await self._ask(user, min(within, LONGEST))
        self.outcomes[right] += 1
        return right

    async def _ask(self, info: UserInfo | None, within: float) -> Right:
        if self._reviewer is None or info is None or not info.username:
            return Right.NOT_KNOWN
        extra = tuple(sorted((info.extra or {}).items()))
        user = User(info.username, info.uid, info.groups or (), extra)
        try:
            async with asyncio.timeout(within):
                return Right.GRANTED if await self._reviewer.may_override(user) else Right.REFUSED
        except TimeoutError:
            self._not_known.warn("the API server did not answer in time")
        except CannotAsk as failure:
            self._not_known.warn(str(failure))
        return Right.NOT_KNOWN
