"""A pseudo-terminal, and what a program wrote there."""

import os
import pty
import termios
import time
import tty
from threading import Thread
from types import TracebackType
from typing import Self

LIMIT = 20.0
"""Seconds that anything may take before a test gives up."""


class Terminal:
    """Takes what is written until it is closed. ``stream`` is what a program may have for a standard stream."""

    def __init__(self, columns: int = 80, lines: int = 24) -> None:
        self._master, slave = pty.openpty()
        tty.setraw(slave)
        termios.tcsetwinsize(slave, (lines, columns))
        self.stream = os.fdopen(slave, "w", encoding="utf-8")
        self._written = b""
        self._reader = Thread(target=self._read, daemon=True)

    def __enter__(self) -> Self:
        self._reader.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stream.close()
        self._reader.join()
        os.close(self._master)

    @property
    def text(self) -> str:
        """All that was written so far."""
        return self._written.decode()

    @property
    def screens(self) -> list[list[str]]:
        """What was drawn, screen by screen, as lines without their endings."""
        _, *drawn = self.text.split("\x1b[H")
        return [[line.removesuffix("\x1b[K") for line in one.partition("\x1b[J")[0].split("\r\n")] for one in drawn]

    def until(self, text: str) -> str:
        """Wait until this was written; return all so far."""
        deadline = time.monotonic() + LIMIT
        while text not in self.text:
            assert time.monotonic() < deadline, f"no {text!r} in {self.text!r}"
            time.sleep(0.005)
        return self.text

    def _read(self) -> None:
        try:
            while piece := os.read(self._master, 65536):
                self._written += piece
        except OSError:
            pass  # how Linux says that the other end was closed
