"""A pipeline of programs run to its end, with what it used. ``python -m tests.benchmarks.pipeline OUTPUT COMMANDS``.

It is run by a small process of its own: Linux counts into the peak of a program what its parent held when it started
it, and a benchmark that filled a cluster holds more than some of the programs that it compares.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

_PATIENCE = 300
"""Seconds after which the programs are killed."""


def main(output: Path, commands: Sequence[Sequence[str]]) -> None:
    """Run the commands, each reading what the one before writes; write what they used as a line of JSON."""
    running: list[subprocess.Popen[bytes]] = []
    patience = threading.Timer(_PATIENCE, lambda: _kill(running))
    patience.start()
    with output.open("wb") as last:
        began = time.perf_counter()
        for number, command in enumerate(commands):
            is_last = number == len(commands) - 1
            before = running[-1].stdout if running else subprocess.DEVNULL
            running.append(subprocess.Popen(command, stdin=before, stdout=last if is_last else subprocess.PIPE))
            if running[1:]:
                _close(running[-2])
        used = [{"name": Path(command[0]).name, **_wait(one)} for command, one in zip(commands, running, strict=True)]
        wall = time.perf_counter() - began
    patience.cancel()
    sys.stdout.write(json.dumps({"wall": wall, "programs": used}))


def _close(process: subprocess.Popen[bytes]) -> None:
    """Leave a pipe to the two programs at its ends: a reader that ends must be felt by the writer."""
    assert process.stdout
    process.stdout.close()


def _kill(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.kill()


def _wait(process: subprocess.Popen[bytes]) -> dict[str, float]:
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)  # it was waited for, and Popen does not know
    return {
        "exit_code": process.returncode,
        "cpu": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss / 1024,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))
