"""Work that takes long, in a thread that keeps admission waiting as little as can be."""

import asyncio
import contextlib
import functools
import gc
import os
import threading
from collections.abc import Callable
from typing import TypeVar

_LAST = 19
"""The lowest priority there is."""

_T = TypeVar("_T")


def in_a_thread(make: Callable[[], _T]) -> asyncio.Future[_T]:
    """Begin a report in a thread that dies with the process: one of an executor would keep it alive to its end."""
    loop = asyncio.get_running_loop()
    made: asyncio.Future[_T] = loop.create_future()

    def run() -> None:
        _step_back()
        try:
            told = functools.partial(made.set_result, _without_collections(make))
        except Exception as error:  # noqa: BLE001 -- whatever it is, who waits is to hear of it
            told = functools.partial(made.set_exception, error)
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits
            loop.call_soon_threadsafe(told)

    threading.Thread(target=run, name="reports", daemon=True).start()
    return made


def _step_back() -> None:
    """Let every other thread go first where they share a core: a thread has a priority of its own on Linux."""
    with contextlib.suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LAST)


def _without_collections(make: Callable[[], _T]) -> _T:
    """Make a report while the collector of cycles rests: it stops everybody for as long as it looks at all there is.

    A report makes no cycles. One is made at a time, so nobody else has put the collector to rest.
    """
    gc.disable()
    try:
        return make()
    finally:
        gc.enable()
