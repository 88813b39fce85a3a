"""What a terminal can do that a pipe cannot: colours, its size, a screen of its own. A pipe never gets any of it."""

import os
import re
import sys
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from typing import TextIO

from webhook.policy.verdict import Readiness
from webhook.policy.wrapped import wrapped

CLEAR_LINE = "\r\x1b[K"
ENTER_SCREEN, LEAVE_SCREEN = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
"""The alternate screen, without a cursor; and what was there before, with one."""
_HOME, _END_OF_LINE, _REST = "\x1b[H", "\x1b[K\r\n", "\x1b[K\x1b[J"

_BETWEEN_COLUMNS = "   "
_NARROWEST = 30
"""Columns in which prose can be read."""

_PIECES = re.compile("\x1b\\[[0-9;]*m|.")

_COLOURS = {Readiness.READY: "32", Readiness.NOT_READY: "31", Readiness.UNKNOWN: "33"}
_WORDS = {Readiness.READY: "Ready", Readiness.NOT_READY: "Not ready", Readiness.UNKNOWN: "Unknown"}


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal that understands more than lines."""
    with suppress(ValueError):  # of a closed one
        return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
    return False


def may_colour() -> bool:
    """Whether standard output gets colours. NO_COLOR (no-color.org) forbids them with any value but an empty one."""
    return is_terminal(sys.stdout) and not os.environ.get("NO_COLOR")


def paint(line: str, readiness: Readiness) -> str:
    """Colour the verdict at the beginning of a line: that word alone."""
    word = _WORDS[readiness]
    if not line.startswith(word):
        return line
    return f"\x1b[1;{_COLOURS[readiness]}m{word}\x1b[0m{line.removeprefix(word)}"


def for_people(text: str, readinesses: Mapping[str, Readiness]) -> str:
    """Fold a text for a terminal, and colour those lines that are keys of ``readinesses``. A pipe gets it as it is."""
    if not is_terminal(sys.stdout):
        return text
    columns, colours, lines = size_of(sys.stdout).columns, may_colour(), []
    for line in text.split("\n"):
        first, *others = folded(line, columns)
        lines += [paint(first, readinesses[line]) if colours and line in readinesses else first, *others]
    return "\n".join(lines)


def folded(line: str, columns: int) -> list[str]:
    """Break a long line between words; of a table's row the last cell, if there is room for one.

    A line that is indented stays as it is: commands are, and what is copied must be whole.
    """
    _, separator, last_cell = line.rpartition(_BETWEEN_COLUMNS)
    indent = len(line) - len(last_cell) if separator else 2
    if len(line) <= columns or line.startswith(" ") or columns - indent < _NARROWEST:
        return [line]
    return wrapped(line, columns, others=" " * indent)


def size_of(stream: TextIO) -> os.terminal_size:
    """Return how large a terminal is now: it may have changed. One that does not say is taken for an old one."""
    with suppress(OSError, ValueError):
        size = os.get_terminal_size(stream.fileno())
        if size.columns and size.lines:
            return size
    return os.terminal_size((80, 24))


def cut(line: str, columns: int) -> str:
    """Return as much of a line as fits. Wide characters take two columns, and colours none."""
    room = columns
    for piece in _PIECES.finditer(line):
        if piece[0].startswith("\x1b"):
            continue
        room -= 2 if unicodedata.east_asian_width(piece[0]) in "WF" else 1
        if room < 0:
            return line[: piece.start()]
    return line


def screenful(lines: list[str], footer: str, size: os.terminal_size) -> list[str]:
    """Return what fits on a screen, the footer as its last line. What is left out is not left unsaid."""
    room = max(1, size.lines - 1)
    if len(lines) > room:
        lines = [*lines[: room - 1], "... and more: see it in a larger terminal"]
    return [cut(line, size.columns) for line in [*lines, footer]]


def repaint(lines: list[str]) -> str:
    """Return what draws these lines over whatever the screen holds, without a flicker."""
    return _HOME + _END_OF_LINE.join(lines) + _REST
