"""``report --watch``: the report as pods are recreated, and an end that leaves everything as it was."""

import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.builders import running
from tests.cli.clusters import NOBODY, ended, kubeconfig_of, started
from tests.cli.terminals import LIMIT, Terminal
from tests.commands import Run
from tests.fake_api import FakeApi, Status

OLD, NEW = running("web", "1.0.0"), running("web", "1.1.0")
LEFT = "\x1b[?25h\x1b[?1049l"


def arguments(kubeconfig: Path, *more: object) -> tuple[object, ...]:
    return ("report", "--target", "1.26", "--kubeconfig", kubeconfig, "--watch", "1", *more)


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_without_a_terminal_each_change_is_a_line_with_its_time(api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put(OLD)
    with started(*arguments(kubeconfig, "--wait", "20s")) as process:
        moment, _, first = line_of(process).partition(" ")
        time.strptime(moment, "%Y-%m-%dT%H:%M:%SZ")
        assert first == "Not ready: 1 of 1 ECI pod cannot run under Kubernetes 1.26\n"
        api.cluster.put(running("other", "1.0.0"))
        assert "Not ready: 2 of 2 ECI pods" in line_of(process)
        api.cluster.delete("team-a", "other")
        api.cluster.put(NEW)
        code, out, err = ended(process)
    assert (code, err) == (0, "")
    assert out.splitlines()[-1].endswith(" Ready: of 1 ECI pod none stands in the way of Kubernetes 1.26")


def test_the_api_server_is_asked_for_one_list_however_long_it_takes(api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put(OLD)
    with started(*arguments(kubeconfig, "--wait", "4s")) as process:
        code, out, err = ended(process)
    assert (code, len(out.splitlines()), err) == (3, 1, "")
    assert len(api.requests_of("list pods")) == 1
    assert len(api.requests_of("watch pods")) == 1
    assert len([one for one in api.requests if one.path.endswith("/replicasets")]) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_with_the_code_of_the_last_report(number: signal.Signals, api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put(OLD)
    with started(*arguments(kubeconfig)) as process:
        line_of(process)
        process.send_signal(number)
        assert ended(process) == (3, "", "")


def test_on_a_terminal_it_is_drawn_anew_and_the_last_report_stays_behind(
    api: FakeApi, kubeconfig: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for number in range(50):
        api.cluster.put(running(f"web-{number:02}", "1.0.0"))
    with Terminal(columns=60, lines=12) as terminal:
        with started(*arguments(kubeconfig), out=terminal.stream) as process:
            terminal.until("\x1b[1;31mNot ready\x1b[0m: 50 of 50")
            api.cluster.put(running("web-00", "1.1.0"))
            terminal.until("\x1b[1;31mNot ready\x1b[0m: 49 of 50")
            process.send_signal(signal.SIGINT)
            assert ended(process)[::2] == (3, "")
        text = terminal.until(LEFT)
        text = terminal.until("--target 1.26")
        screens = terminal.screens
    assert text.startswith("\x1b[?1049h\x1b[?25l")
    assert screens[0] == ["Reading the cluster; Ctrl-C ends"]
    assert all(len(screen) == 12 for screen in screens[1:])
    assert all(screen[-2].startswith("... and more: see it in a larger terminal") for screen in screens[1:])
    assert all(screen[-1].endswith("Ctrl-C ends") for screen in screens[1:])
    assert all(len(line) <= 60 for screen in screens[1:] for line in screen[1:])
    behind = text.partition(LEFT)[2]
    assert behind.startswith("\x1b[1;31mNot ready\x1b[0m: 49 of 50")
    assert behind.count("PlatformVersionTooOld") == 50


def test_a_reader_that_goes_away_ends_it(api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put(OLD)
    with started(*arguments(kubeconfig)) as process:
        line_of(process)
        assert process.stdout is not None
        process.stdout.close()
        api.cluster.put(NEW)
        assert process.wait(timeout=LIMIT) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_cluster_that_cannot_be_read_at_the_beginning_is_a_failure(
    status: int, run: Run, api: FakeApi, kubeconfig: Path
) -> None:
    api.always("list pods", Status(status))
    done = run(*arguments(kubeconfig))
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"eci-upgrade-guard: the cluster could not be read: the API server answered {status}")


def test_one_namespace_may_be_watched_alone(run: Run, api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put(OLD)
    done = run(*arguments(kubeconfig, "-n", "team-b", "--wait", "1s"))
    assert (done.code, "Ready in namespace team-b: no ECI pods" in done.out) == (0, True)


def test_the_target_is_what_came_next_at_the_beginning(run: Run, api: FakeApi, kubeconfig: Path) -> None:
    done = run(*arguments(kubeconfig, "--target", "next", "--wait", "1s"))
    assert (done.code, "Kubernetes 1.26" in done.out) == (0, True)


def test_without_a_next_minor_there_is_nothing_to_watch_for(run: Run, api: FakeApi, kubeconfig: Path) -> None:
    api.settings.version = {**api.settings.version, "gitVersion": "v1.34.1"}
    done = run(*arguments(kubeconfig, "--target", "next"))
    assert (done.code, done.out) == (1, "")
    assert "--target next: as of 2025-11-06 ACK offers nothing after 1.34" in done.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--watch", "--from", "pods.json"], "--watch and --from exclude each other"),
        (["--watch", "-o", "json"], "--watch goes with -o table and wide, and with their headers"),
        (["--watch", "--no-headers"], "--watch goes with -o table and wide, and with their headers"),
        (["--watch", "--context", "a", "--context", "b"], "--watch is of one cluster: give one --context"),
        (["--wait", "5m"], "--wait goes with --watch"),
        (["--watch", "0"], "argument --watch: not a number of seconds from 1 to 3600"),
        (["--watch", "often"], "argument --watch: not a number of seconds from 1 to 3600"),
    ],
)
def test_wrong_usage_is_2_and_one_line(options: list[str], message: str, run: Run) -> None:
    done = run("report", "--target", "1.26", *options)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"eci-upgrade-guard: {message}")
    assert len(done.err.splitlines()) == 1


def test_nobody_there_is_a_failure(run: Run, tmp_path: Path) -> None:
    done = run(*arguments(kubeconfig_of(tmp_path / "contexts", {"gone": NOBODY})))
    assert (done.code, done.out) == (1, "")
