"""Servers under measurement, each a process of its own on a core of its own."""

import http.client
import json
import os
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from . import ROOT, CannotMeasure
from .machine import pinned_to

_START, _STOP = 20.0, 10.0
"""Seconds that a server is given to listen, and to end."""
_EXAMPLES = ROOT / "manifests" / "examples"
_FREE_PORTS = ("--port=0", "--health-port=0")


class Subject(NamedTuple):
    """A server that logs ``listening`` with its address as a line of JSON."""

    name: str
    command: tuple[str, ...]


SUBJECTS = (
    Subject(
        "ours",
        (
            str(Path(sys.executable).with_name("eci-upgrade-guard")),
            "serve",
            f"--policy={_EXAMPLES / 'policy.yaml'}",
            f"--inventory={_EXAMPLES / 'pods.json'}",
            *_FREE_PORTS,
        ),
    ),
    Subject("bare route", (sys.executable, "-m", f"{__package__}.serving", "bare")),
    Subject("FastAPI endpoint", (sys.executable, "-m", f"{__package__}.serving", "naive")),
)


class Server(NamedTuple):
    """A subject that runs."""

    url: str
    pid: int

    def cpu_seconds(self) -> float:
        """Return what it has used so far, in user and kernel mode."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(subject: Subject, log: Path, core: int) -> Iterator[Server]:
    """Run ``subject`` on ``core`` for the length of the block. Raises CannotMeasure."""
    with log.open("wb") as stderr, pinned_to(core):
        process = subprocess.Popen(subject.command, cwd=ROOT, stdin=subprocess.DEVNULL, stderr=stderr)
    try:
        # The API server names its timeout in the query, so wrk does too.
        yield Server(f"{_address(subject, process, log)}/validate?timeout=2s", process.pid)
    finally:
        process.terminate()
        try:
            process.wait(_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(subject: Subject, process: subprocess.Popen[bytes], log: Path) -> str:
    deadline = time.monotonic() + _START
    while process.poll() is None and time.monotonic() < deadline:
        for line in log.read_bytes().splitlines(keepends=True):
            if line.endswith(b"\n") and b'"listening"' in line:
                address: str = json.loads(line)["address"]
                return address
        time.sleep(0.05)
    raise CannotMeasure(f"{subject.name} does not listen; it said: {log.read_text(errors='replace').strip()}")


def check_answer(subject: Subject, url: str, body: bytes, uid: str) -> None:
    """Post ``body`` once. Raises CannotMeasure unless it is allowed under its own ``uid``."""
    parts = urlsplit(url)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # a self-signed certificate on the loopback
    context.verify_mode = ssl.CERT_NONE
    connection = http.client.HTTPSConnection(parts.netloc, context=context, timeout=5)
    try:
        connection.request("POST", f"{parts.path}?{parts.query}", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
    finally:
        connection.close()
    response = json.loads(text).get("response") if answer.status == http.HTTPStatus.OK else None
    if response != {"uid": uid, "allowed": True}:
        raise CannotMeasure(f"{subject.name} does not allow the pod: HTTP {answer.status}, {text[:200]!r}")
