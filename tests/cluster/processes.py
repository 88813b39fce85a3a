"""Programs in the background, and how to be sure to end those and no others."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_LAST_LINES = 15
_ENDED = ("Z", "X")
"""States of a process that has ended and that nobody waited for."""
_TEARING_DOWN = 10.0
"""Seconds that the kernel may need to end a process that was killed."""
_TICK = 0.02
"""Seconds between two looks at a process that is to end."""


class Died(Exception):
    """Raised when a program ended by itself: names it, and shows the end of its log."""


@dataclass(frozen=True, slots=True)
class Process:
    """A program that was started, perhaps by a command that has ended since.

    Ids are given again: a process is the one we mean only if it also began when ours did.
    """

    name: str
    pid: int
    began: str
    log: str

    def is_alive(self) -> bool:
        """Whether it still runs. One that has ended and that nobody waited for does not."""
        state, began = _look_at(self.pid)
        if began != self.began or state not in _ENDED:
            return began == self.began
        try:
            return os.waitpid(self.pid, os.WNOHANG) == (0, 0)  # its last threads are still ending
        except ChildProcessError:
            return False  # another command's child

    def check(self) -> None:
        """Raise Died if it has ended."""
        if not self.is_alive():
            raise Died(f"{self.name} has ended; the last lines of {self.log}:\n{self._end_of_log()}")

    def send(self, number: signal.Signals) -> None:
        """Send a signal, if it is alive."""
        if self.is_alive():
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once, and return when it has ended. Nothing that it could save is wanted."""
        self.send(signal.SIGKILL)
        latest = time.monotonic() + _TEARING_DOWN
        while self.is_alive() and time.monotonic() < latest:
            time.sleep(_TICK)

    def _end_of_log(self) -> str:
        lines = Path(self.log).read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(f"  {line}" for line in lines[-_LAST_LINES:])


def start(name: str, command: Sequence[str], log: Path) -> Process:
    """Start a program that writes to ``log``, in a session of its own: Ctrl-C is for whoever started it."""
    with log.open("ab") as out:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=log.parent,
        )
    # Nobody keeps the Popen: a Process is what is known of it, here and in whichever command comes later.
    child.returncode = 0
    return Process(name, child.pid, _look_at(child.pid)[1], str(log))


def _look_at(pid: int) -> tuple[str, str]:
    """Return state and beginning of a process, in words that only compare; empty ones if there is none."""
    if sys.platform != "linux":
        asked = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]
        state, _, began = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.partition(" ")
        return state[:1], began.strip()
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return "", ""
    # proc(5): the name, in parentheses, may hold anything. After it come the state and, as 20th field, the beginning.
    fields = status.rpartition(")")[2].split()
    return fields[0], fields[19]
