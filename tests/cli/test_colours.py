"""Colours: the verdict's word, on a terminal, unless NO_COLOR forbids."""

from pathlib import Path
from typing import Any

import pytest

from tests.builders import pod_list, running
from tests.cli.clusters import NOBODY, kubeconfig_of
from tests.cli.terminals import Terminal
from tests.commands import Run
from tests.fake_api import FakeApi

FIT, OLD, ODD = running("fit", "1.1.0"), running("old", "1.0.0"), running("odd", "9")
VERDICTS = [
    (FIT, "\x1b[1;32mReady\x1b[0m: "),
    (OLD, "\x1b[1;31mNot ready\x1b[0m: "),
    (ODD, "\x1b[1;33mUnknown\x1b[0m: "),
]


def report(run: Run, terminal: Terminal, pod: Any, *options: object) -> None:
    run("report", "--from", "-", "--target", "1.26", *options, stdin=pod_list(pod), stdout=terminal)


@pytest.mark.parametrize(("pod", "beginning"), VERDICTS)
@pytest.mark.parametrize("output", ["table", "wide"])
def test_the_verdict_alone_is_coloured(pod: Any, beginning: str, output: str, run: Run, terminal: Terminal) -> None:
    report(run, terminal, pod, "-o", output)
    text = terminal.until("\nNext: ")
    assert text.startswith(beginning)
    assert text.count("\x1b") == 2


@pytest.mark.parametrize(
    ("variable", "value", "escapes"),
    [("NO_COLOR", "1", 0), ("NO_COLOR", "0", 0), ("NO_COLOR", "", 2), ("TERM", "dumb", 0)],
)
def test_who_forbids_colours_gets_none(
    variable: str, value: str, escapes: int, run: Run, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    report(run, terminal, OLD)
    assert terminal.until("--target 1.26").count("\x1b") == escapes


@pytest.mark.parametrize("options", [["-o", "json"], ["-o", "csv"], ["-o", "markdown"], ["--no-headers"]])
def test_what_programs_read_has_no_colours_on_a_terminal_either(
    options: list[str], run: Run, terminal: Terminal
) -> None:
    report(run, terminal, OLD, *options)
    assert "\x1b" not in terminal.until("old")


def test_a_pipe_gets_no_colours(run: Run) -> None:
    assert "\x1b" not in run("report", "--from", "-", "--target", "1.26", stdin=pod_list(OLD)).out


def test_every_cluster_has_its_colour(run: Run, api: FakeApi, tmp_path: Path, terminal: Terminal) -> None:
    api.cluster.put(OLD)
    contexts = kubeconfig_of(tmp_path / "contexts", {"prod": api, "gone": NOBODY})
    named = ("--context", "prod", "--context", "gone")
    run("report", "--kubeconfig", contexts, *named, "--target", "1.26", stdout=terminal)
    lines = terminal.until("All of them again").split("\n")
    assert [line.partition("m: ")[0].partition(" for")[0] for line in lines if "\x1b" in line] == [
        "\x1b[1;31mNot ready\x1b[0m",
        "\x1b[1;31mNot ready\x1b[0",
        "\x1b[1;33mUnknown\x1b[0",
    ]
