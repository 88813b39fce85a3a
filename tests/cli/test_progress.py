"""The progress bar: for a person who waits, and for nobody else."""

from pathlib import Path

import pytest

from tests.builders import running
from tests.cli.clusters import NOBODY, kubeconfig_of
from tests.cli.terminals import Terminal
from tests.commands import Run
from tests.fake_api import ContinueExpired, FakeApi, Normal
from webhook.cli import progress
from webhook.cluster import objects
from webhook.inventory import taking
from webhook.inventory.backoff import Backoff


@pytest.fixture(autouse=True)
def three_pages(api: FakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "_PAGE", 2)
    for name in "abcde":
        api.cluster.put(running(name, "1.1.0"))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bar from the beginning, and one for every step."""
    monkeypatch.setattr(progress, "_AFTER", 0.0)
    monkeypatch.setattr(progress, "_EVERY", 0.0)


def report(run: Run, terminal: Terminal, kubeconfig: Path, *options: object) -> int:
    return run("report", "--target", "1.26", "--kubeconfig", kubeconfig, *options, stderr=terminal).code


def drawn(terminal: Terminal) -> list[str]:
    terminal.stream.write("end")
    terminal.stream.flush()
    return terminal.until("end").removesuffix("end").split("\r\x1b[K")


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("no_color", ["", "1"])
def test_it_grows_by_the_page_and_takes_itself_away(
    no_color: str, run: Run, kubeconfig: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    assert report(run, terminal, kubeconfig) == 0
    before, *lines, last = drawn(terminal)
    assert (before, last) == ("", "")
    assert lines[:4] == [
        "Reading 0 pods",
        "Reading [#########               ] 2 of about 5 pods",
        "Reading [###################     ] 4 of about 5 pods",
        "Reading [########################] 5 of about 5 pods",
    ]
    assert "\x1b" not in "".join(lines)


@pytest.mark.usefixtures("at_once")
def test_a_list_that_begins_anew_begins_at_nothing(
    run: Run, api: FakeApi, kubeconfig: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "Backoff", lambda **_: Backoff(floor=0.01, ceiling=0.02))
    api.script("list pods", Normal(), ContinueExpired())
    assert report(run, terminal, kubeconfig) == 0
    assert drawn(terminal).count("Reading 0 pods") == 2


@pytest.mark.usefixtures("at_once")
def test_over_several_clusters_there_is_one_that_counts_them(
    run: Run, api: FakeApi, tmp_path: Path, terminal: Terminal
) -> None:
    contexts = kubeconfig_of(tmp_path / "contexts", {"prod": api, "same": api, "gone": NOBODY})
    assert report(run, terminal, contexts, "--context", "prod", "--context", "same", "--context", "gone") == 4
    text = "".join(drawn(terminal))
    assert "Reading 3 of 3 clusters, [########################] 10 of about 10 pods" in text


def test_who_does_not_wait_long_sees_nothing(run: Run, kubeconfig: Path, terminal: Terminal) -> None:
    assert report(run, terminal, kubeconfig) == 0
    assert drawn(terminal) == [""]


@pytest.mark.usefixtures("at_once")
def test_a_pipe_gets_nothing(run: Run, kubeconfig: Path) -> None:
    ended = run("report", "--target", "1.26", "--kubeconfig", kubeconfig)
    assert (ended.code, ended.err) == (0, "")


@pytest.mark.usefixtures("at_once")
def test_a_terminal_that_knows_lines_alone_gets_nothing(
    run: Run, kubeconfig: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert report(run, terminal, kubeconfig) == 0
    assert drawn(terminal) == [""]


@pytest.mark.usefixtures("at_once")
def test_a_failure_is_told_on_a_line_of_its_own(run: Run, tmp_path: Path, api: FakeApi, terminal: Terminal) -> None:
    gone = kubeconfig_of(tmp_path / "contexts", {"gone": NOBODY})
    assert report(run, terminal, gone) == 1
    *_, last = drawn(terminal)
    assert last.startswith("eci-upgrade-guard: the cluster could not be read: ")
