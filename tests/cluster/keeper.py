"""Ends a control plane when the process that started it is gone, however it went. ``python -m tests.cluster.keeper``.

Its standard input is a pipe that only that process holds: the kernel closes it, even after SIGKILL. A death signal
(prctl) would come as well when merely the *thread* that started a program ends, and Linux alone has it.
"""

import subprocess
import sys
from pathlib import Path

from tests.cluster import ROOT
from tests.cluster.records import end_all, read_record


def start_keeper(state: Path) -> subprocess.Popen[bytes]:
    """Start one for the control plane in ``state``."""
    command = [sys.executable, "-m", __name__, str(state)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, cwd=ROOT, start_new_session=True)


def dismiss(keeper: subprocess.Popen[bytes]) -> None:
    """Let a keeper go. It ends what it still finds."""
    assert keeper.stdin
    keeper.stdin.close()
    keeper.wait()


def main(state: Path) -> None:
    """Wait until the pipe is closed, and end what is recorded in ``state`` and still runs."""
    sys.stdin.read()
    end_all(read_record(state))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
