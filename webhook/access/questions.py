"""Questions to the API server, each asked once however many want to know, and again only when its answer is old.

Answers that let somebody in and those that do not are kept apart, so that no flood of bad tokens drives out good ones;
and who was let in before is asked about at a pace of its own, so that no flood keeps a pipeline out that polls us.
"""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from webhook.access.pace import Pace
from webhook.access.remembered import Remembered
from webhook.access.reviewer import TooMany

_Answer = TypeVar("_Answer")

CAPACITY = 1024
"""Answers of either sort."""


class Questions(Generic[_Answer]):
    """Questions of one sort; an answer that is true lets somebody in.

    A failure is told to all who wait for the answer, and is not kept.
    """

    def __init__(self, monotonic: Callable[[], float], *, good_for: float, bad_for: float) -> None:
        """Keep answers for so many seconds, counted from when the question was asked."""
        self._monotonic = monotonic
        self._good: Remembered[bytes, _Answer] = Remembered(seconds=good_for, capacity=CAPACITY)
        self._bad: Remembered[bytes, _Answer] = Remembered(seconds=bad_for, capacity=CAPACITY)
        self._for_known = Pace(monotonic)
        self._for_strangers = Pace(monotonic)
        self._asking: dict[bytes, asyncio.Task[_Answer]] = {}

    async def answer(self, key: bytes, ask: Callable[[], Awaitable[_Answer]]) -> _Answer:
        """Return the answer to the question that ``key`` stands for. Raises TooMany, and what ``ask`` raises."""
        now = self._monotonic()
        for answers in (self._good, self._bad):
            if (kept := answers.find(key, now)) is not None:
                return kept.value
        asking = self._asking.get(key) or self._begin(key, ask)
        await asyncio.wait([asking])  # a caller that goes away takes the answer from nobody else
        return asking.result()

    def _begin(self, key: bytes, ask: Callable[[], Awaitable[_Answer]]) -> asyncio.Task[_Answer]:
        pace = self._for_known if key in self._good else self._for_strangers
        if not pace.take():
            raise TooMany("too many questions of who somebody is and what they may do", retry_after=1)
        asking = asyncio.create_task(self._ask(key, ask))
        self._asking[key] = asking
        asking.add_done_callback(functools.partial(self._end, key, pace))
        return asking

    def _end(self, key: bytes, pace: Pace, asked: asyncio.Task[_Answer]) -> None:
        del self._asking[key]
        pace.done()
        if not asked.cancelled():
            asked.exception()  # it was seen, also where everybody who waited has gone

    async def _ask(self, key: bytes, ask: Callable[[], Awaitable[_Answer]]) -> _Answer:
        asked_at = self._monotonic()
        answer = await ask()
        holds, gone = (self._good, self._bad) if answer else (self._bad, self._good)
        holds.keep(key, answer, asked_at)
        gone.drop(key)
        return answer
