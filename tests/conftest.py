"""What all tests share: a fake cluster, a kubeconfig that leads to it, and the program run over it."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from tests.cli.terminals import Terminal
from tests.commands import Ended, Run
from tests.fake_api import FakeApi
from webhook.cli.main import main

settings.register_profile("quick", max_examples=60, deadline=None)  # a deadline would make a test of time
settings.load_profile("quick")
# For `make mutants`: the same examples each time, and no search for the smallest once one has failed.
settings.register_profile(
    "mutants", max_examples=30, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate]
)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with FakeApi() as api:
        yield api


@pytest.fixture
def kubeconfig(api: FakeApi, tmp_path: Path) -> Path:
    return api.kubeconfig(tmp_path / "kubeconfig")


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
