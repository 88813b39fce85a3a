"""The smallest webhook on controller-runtime with the guard's rule about pods, as a process of its own."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from certs.self_signed import make_self_signed
from tests.server.running_guard import RunningGuard

from . import CannotMeasure
from .go_programs import go_program

_START, _STOP = 10.0, 10.0
"""Seconds that it is given to listen, and to end."""


@contextmanager
def go_webhook(folder: Path) -> Iterator[RunningGuard]:
    """Run it, to be registered as a guard is. Raises CannotMeasure."""
    pair = make_self_signed(["127.0.0.1"], datetime.now(UTC))
    (folder / "tls.crt").write_bytes(pair.certificate)
    (folder / "tls.key").write_bytes(pair.key)
    port = _free_port()
    command = [str(go_program("webhook")), f"--certificates={folder}", f"--port={port}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log, text=True)
    try:
        _await_listening(process, port, folder / "log")
        yield RunningGuard(process, f"https://127.0.0.1:{port}", health="", certificate=folder / "tls.crt")
    finally:
        process.terminate()
        try:
            process.wait(_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    """Return one that nobody has now: controller-runtime takes 0 for its own default."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
        return port


def _await_listening(process: subprocess.Popen[str], port: int, log: Path) -> None:
    latest = time.monotonic() + _START
    while process.poll() is None and time.monotonic() < latest:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise CannotMeasure(f"the Go webhook does not listen; it said: {log.read_text(errors='replace').strip()}")
