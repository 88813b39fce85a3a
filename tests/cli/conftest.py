"""A terminal that a person could sit at."""

from collections.abc import Iterator

import pytest

from tests.cli.terminals import Terminal


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    with Terminal() as terminal:
        yield terminal
