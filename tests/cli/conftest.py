"""Commands run inside the test's own process: what they print and how they end."""

import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.terminals import Terminal
from tests.fake_api import FakeApi
from webhook.cli.main import main


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    def run_command(
        *arguments: object,
        stdin: bytes = b"",
        stdout: Terminal | None = None,
        stderr: Terminal | None = None,
    ) -> Ended:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        for name, terminal in (("stdout", stdout), ("stderr", stderr)):
            if terminal is not None:
                monkeypatch.setattr(sys, name, terminal.stream)
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:  # --help and --version end this way
            code = int(end.code or 0)
        captured = capsysbinary.readouterr()
        return Ended(code, captured.out.decode(), captured.err.decode())

    return run_command


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with FakeApi() as api:
        yield api


@pytest.fixture
def kubeconfig(api: FakeApi, tmp_path: Path) -> Path:
    return api.kubeconfig(tmp_path / "kubeconfig")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    with Terminal() as terminal:
        yield terminal
