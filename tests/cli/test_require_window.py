"""``--require-window``: ready alone is not enough, an upgrade window must be open too."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import pod_list, running
from tests.fake_api import FakeApi

Run = Callable[..., Any]

POLICY = """
apiVersion: eci-upgrade-guard.io/v1alpha1
kind: UpgradePolicy
metadata: {name: hours}
spec:
  targetVersion: "1.26"
"""


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A policy whose window is closed for hours."""
    hour = (datetime.now(UTC) + timedelta(hours=12)).hour
    window = f"{{name: nights, schedule: 0 {hour} * * *, duration: 1h, timeZone: UTC}}"
    return written(tmp_path / "closed.yaml", f"  windows: [{window}]\n")


@pytest.fixture
def opened(tmp_path: Path) -> Path:
    """A policy whose window is always open."""
    return written(
        tmp_path / "open.yaml", "  windows: [{name: ever, schedule: 0 0 * * *, duration: 25h, timeZone: UTC}]\n"
    )


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    """A policy without windows, in a freeze."""
    freeze = '{from: "2020-01-01T00:00:00Z", to: "2099-01-01T00:00:00Z", reason: for ever}'
    return written(tmp_path / "frozen.yaml", f"  freezes: [{freeze}]\n")


def written(file: Path, more: str) -> Path:
    file.write_text(POLICY + more)
    return file


FIT, UNFIT = pod_list(running("fit", "1.1.0")), pod_list(running("old", "1.0.0"))


def report(run: Run, policy: Path, pods: bytes, *options: str) -> Any:
    return run("report", "--from", "-", "--policy", policy, "--require-window", *options, stdin=pods)


def test_ready_in_an_open_window_ends_with_0(run: Run, opened: Path) -> None:
    assert report(run, opened, FIT).code == 0


def test_ready_without_one_ends_with_5_and_says_when_the_next_opens(run: Run, closed: Path) -> None:
    ended = report(run, closed, FIT)
    assert ended.code == 5
    assert "ready, but: Upgrades: closed: no window is open; nights opens next at" in ended.err
    assert "Upgrades: closed: no window is open" in ended.out


def test_a_freeze_is_no_open_window(run: Run, frozen: Path) -> None:
    ended = report(run, frozen, FIT)
    assert ended.code == 5
    assert "closed: freeze until 2099-01-01T00:00:00Z (for ever)" in ended.err


def test_unfit_pods_and_unknown_readiness_go_before_the_window(run: Run, closed: Path) -> None:
    assert report(run, closed, UNFIT).code == 3
    assert report(run, closed, pod_list(running("odd", "9.9"))).code == 4


def test_without_the_option_a_closed_window_is_told_and_ends_with_0(run: Run, closed: Path) -> None:
    ended = run("report", "--from", "-", "--policy", closed, "-o", "json", stdin=FIT)
    assert ended.code == 0
    window = json.loads(ended.out)["window"]
    assert (window["open"], window["because"]) == (False, "closed: no window is open")
    assert window["nextOpening"]["window"] == "nights"
    assert window["until"] == window["nextOpening"]["opensAt"]


def test_it_needs_a_policy_that_names_the_windows(run: Run) -> None:
    for command in (["report", "--from", "-"], ["gate"]):
        ended = run(*command, "--target", "1.26", "--require-window", stdin=FIT)
        assert ended.code == 2
        assert "--require-window goes with --policy" in ended.err


@pytest.fixture
def live(api: FakeApi) -> FakeApi:
    api.cluster.put(running("fit", "1.1.0"))
    return api


@pytest.mark.usefixtures("live")
def test_a_gate_that_requires_a_window_runs_nothing_without_one(
    run: Run, closed: Path, kubeconfig: Path, tmp_path: Path
) -> None:
    mark = tmp_path / "ran"
    ended = run(
        *("gate", "--kubeconfig", kubeconfig, "--policy", closed, "--require-window"),
        *("--", sys.executable, "-c", f"open({str(mark)!r}, 'w')"),
    )
    assert ended.code == 5
    assert "nights opens next at" in ended.err
    assert "Not run:" in ended.err
    assert not mark.exists()


@pytest.mark.usefixtures("live")
def test_a_gate_that_waits_waits_for_the_window_too(run: Run, closed: Path, kubeconfig: Path) -> None:
    ended = run(
        *("gate", "--kubeconfig", kubeconfig, "--policy", closed, "--require-window", "--wait", "2s"), *("--", "true")
    )
    assert ended.code == 5
    assert "waiting up to" in ended.err


@pytest.mark.usefixtures("live")
def test_several_clusters_and_a_watch_end_by_it_too(run: Run, closed: Path, kubeconfig: Path) -> None:
    given = ["--kubeconfig", kubeconfig, "--policy", closed, "--require-window"]
    assert run("report", *given, "--watch", "1", "--wait", "1s").code == 5
