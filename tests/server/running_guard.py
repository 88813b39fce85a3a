"""The real program as a process of its own, on free ports, with a certificate that clients verify."""

import json
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2

from certs.self_signed import make_self_signed

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "manifests/examples"


@dataclass(frozen=True)
class RunningGuard:
    """A guard that listens."""

    process: subprocess.Popen[str]
    tls: str
    """The base address of the TLS port."""
    health: str
    certificate: Path

    def client(self) -> httpx2.Client:
        """A client that trusts this guard's certificate and nothing else."""
        return httpx2.Client(base_url=self.tls, verify=ssl.create_default_context(cafile=str(self.certificate)))

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, list[dict[str, Any]]]:
        """End it; return its exit code and what it logged since it listened."""
        self.process.send_signal(number)
        _, log = self.process.communicate(timeout=20)
        return self.process.returncode, [json.loads(line) for line in log.splitlines()]


ON_EXAMPLES = ("--inventory", str(EXAMPLES / "pods.json"))


@contextmanager
def run_guard(
    directory: Path,
    *options: str,
    policy: Path = EXAMPLES / "policy.yaml",
    inventory: Sequence[str] = ON_EXAMPLES,
) -> Iterator[RunningGuard]:
    """Start a guard, by default over the example cluster, and end it if the block did not."""
    pair = make_self_signed(["127.0.0.1"], datetime.now(UTC))
    certificate, key = directory / "tls.crt", directory / "tls.key"
    certificate.write_bytes(pair.certificate)
    key.write_bytes(pair.key)
    command = [sys.executable, "-m", "webhook", "serve", "--policy", str(policy), "--port", "0", "--health-port", "0"]
    command += [*inventory, "--tls-cert", str(certificate), "--tls-key", str(key)]
    process = subprocess.Popen([*command, *options], stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stderr is not None
    try:
        first = json.loads(process.stderr.readline())
        assert first["event"] == "listening", first
        yield RunningGuard(process, first["address"], first["health"], certificate)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
