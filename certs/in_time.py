"""Asking the cluster, and not waiting for ever: a question without an answer must not let a leaf end."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from certs.stores import StoreFailed

LONGEST = 20.0
"""Seconds."""

_T = TypeVar("_T")


async def in_time(answer: Awaitable[_T]) -> _T:
    """Return the answer. Raises StoreFailed where it does not come, or says so itself."""
    try:
        async with asyncio.timeout(LONGEST):
            return await answer
    except TimeoutError:
        raise StoreFailed(f"there was no answer within {LONGEST:.0f} s") from None
