"""Taking a policy document anew when it changes. It is read again and again: a mounted ConfigMap is swapped by a link
far above the file, of which no notice comes, and notices are scarce on a node.
"""

import asyncio
import logging
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from webhook.policy.document.problems import InvalidPolicy, Problem
from webhook.policy.document.reading import MAX_BYTES, read_policy
from webhook.policy.plain_text import plain
from webhook.policy.policy import Policy
from webhook.server.json_log import say
from webhook.server.policy_in_force import PolicyInForce

_INSTANT = 0.1
EVERY = 5.0
"""Seconds. The kubelet takes up to a minute to bring a changed ConfigMap, so this adds little."""
_MOST_PROBLEMS = 20
_LONGEST = 400
"""Characters of one. They are shown wherever the guard says how it is, and a document of a megabyte can have many."""


@dataclass(frozen=True, slots=True)
class _Read:
    data: bytes | None
    """None where nothing could be read."""
    policy: Policy | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A policy document that was read."""

    path: Path | None
    """None for one that cannot be read again, such as standard input."""
    data: bytes


async def follow_policy(
    file: PolicyFile,
    in_force: PolicyInForce,
    adopt: Callable[[Policy], None],
    clock: Callable[[], datetime],
    *,
    every: float = EVERY,
) -> None:
    """Look at the file until cancelled. ``adopt`` is called with each good policy, on the event loop and at once."""
    known: bytes | None = file.data
    if file.path is None or await asyncio.to_thread(_is_read_once, file.path):
        return
    while True:
        await asyncio.sleep(every)
        read = await asyncio.to_thread(_read, file.path, known)
        if read is None:
            continue
        known = read.data
        if read.policy is not None:
            in_force.take(read.policy, clock())
            adopt(read.policy)
            say(logging.INFO, "policy taken", policy=plain(read.policy.name), target=str(read.policy.target))
        elif read.problems != in_force.problems:
            in_force.refuse(read.problems)
            say(logging.ERROR, "policy refused", problems=read.problems, inForce=plain(in_force.policy.name))


def _is_read_once(file: Path) -> bool:
    """Whether it is a pipe, as a shell makes of ``<(command)``, or a terminal: it has nothing more to say, or waits."""
    try:
        mode = file.stat().st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def _read(file: Path, known: bytes | None) -> _Read | None:
    """Read the file if it is another than before. A file that cannot be read is a policy that is refused."""
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        return _Read(None, problems=(f"it cannot be read: {error.strerror}",))
    if data == known or not _stands(file, data):
        return None
    try:
        return _Read(data, read_policy(data))
    except InvalidPolicy as error:
        return _Read(data, problems=tuple(_lines(error.problems)))


def _stands(file: Path, data: bytes) -> bool:
    """Whether it is the same an instant later. A file that is written in place may be a good policy half-way."""
    time.sleep(_INSTANT)
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1) == data
    except OSError:
        return False


def _lines(problems: Sequence[Problem]) -> Iterator[str]:
    """Yield the first ones as lines that are safe to show: some repeat a piece of the document, whatever is in it."""
    yield from (plain(str(problem), _LONGEST) for problem in problems[:_MOST_PROBLEMS])
    if (more := len(problems) - _MOST_PROBLEMS) > 0:
        yield f"and {more:,} more, which eci-upgrade-guard policy check names"
