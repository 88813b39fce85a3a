"""``--target next``: what ACK offers after the version that the cluster runs, or a word why nobody knows."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.builders import pod_list, running
from tests.commands import Run
from tests.fake_api import FakeApi, Status

EXAMPLES = Path(__file__).parents[2] / "manifests/examples"


def runs(api: FakeApi, version: str) -> None:
    api.settings.version = {**api.settings.version, "gitVersion": version}


@pytest.mark.parametrize(
    ("version", "target", "code"),
    [
        ("v1.22.15-aliyun.1", "1.24", 0),
        ("v1.24.6-aliyun.1", "1.26", 3),
        ("v1.30.7-aliyun.1", "1.31", 3),
        ("v1.31.1", "1.32", 3),
    ],
)
def test_each_cluster_is_judged_for_its_own_next_minor(
    version: str, target: str, code: int, run: Run, api: FakeApi, kubeconfig: Path
) -> None:
    runs(api, version)
    api.cluster.put(running("old", "1.0.0"))
    ended = run("report", "--kubeconfig", kubeconfig, "--target", "next", "-o", "json")
    assert (ended.code, json.loads(ended.out)["target"]) == (code, target)


def test_it_stands_before_the_target_of_the_policy(run: Run, api: FakeApi, kubeconfig: Path) -> None:
    runs(api, "v1.28.9-aliyun.1")
    policy = ("--policy", EXAMPLES / "policy.yaml")
    ended = run("report", "--kubeconfig", kubeconfig, *policy, "--target", "next", "-o", "json")
    assert json.loads(ended.out)["target"] == "1.30"


def test_the_next_command_asks_for_the_next_again(run: Run, api: FakeApi, kubeconfig: Path) -> None:
    ended = run("report", "--kubeconfig", kubeconfig, "--target", "next")
    assert ended.out.splitlines()[-1] == f"  eci-upgrade-guard report --kubeconfig {kubeconfig} --target next"


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("v1.34.2-aliyun.1", "as of 2025-11-06 ACK offers nothing after 1.34, and the cluster runs 1.34"),
        ("v1.10.4-aliyun.1", "the table of what ACK offers begins with 1.12, and says nothing of 1.10"),
        ("soon", "what the cluster runs is not known (soon)"),
    ],
)
def test_where_nothing_is_known_to_come_next_nothing_is_guessed(
    version: str, message: str, run: Run, api: FakeApi, kubeconfig: Path
) -> None:
    runs(api, version)
    ended = run("report", "--kubeconfig", kubeconfig, "--target", "next")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == f"eci-upgrade-guard: --target next: {message}; name the target\n"


def test_a_cluster_that_does_not_tell_its_version_has_no_next(run: Run, api: FakeApi, kubeconfig: Path) -> None:
    api.always("version", Status(403))
    ended = run("report", "--kubeconfig", kubeconfig, "--target", "next")
    assert (ended.code, ended.out) == (1, "")
    assert "what the cluster runs is not known; name the target" in ended.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["report", "--from", "-"], "--target next and --from exclude each other: no list says what runs"),
        (["check", "-f", "-"], "--target next needs a live cluster: name the version, like 1.26"),
    ],
)
def test_without_a_cluster_there_is_no_next(arguments: list[str], message: str, run: Run) -> None:
    ended: Any = run(*arguments, "--target", "next", stdin=pod_list())
    assert (ended.code, ended.out, ended.err) == (2, "", f"eci-upgrade-guard: {message}\n")
