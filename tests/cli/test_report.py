"""``report``: an honest exit code and, where it is not 0 or 3, one line that says why."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.builders import Json, pod_list, running
from tests.fake_api import FakeApi

EXAMPLES = Path(__file__).parents[2] / "manifests/examples"
Run = Callable[..., Any]

FIT, OLD, ODD = running("fit", "1.1.0"), running("old", "1.0.0"), running("odd", "9")
FORMATS = ["table", "wide", "json", "yaml", "csv"]

ENDS = [
    pytest.param([], {}, 0, id="no items"),
    pytest.param([FIT], {}, 0, id="fit"),
    pytest.param([FIT, running("p", instance_id=None, phase="Pending")], {}, 0, id="pending"),
    pytest.param([running("f", "1.0.0", phase="Failed")], {}, 0, id="finished"),
    pytest.param([OLD, FIT], {}, 3, id="unfit"),
    pytest.param([OLD, ODD, 5], {"metadata": {"continue": "x"}}, 3, id="unfit outweighs unknown"),
    pytest.param([ODD, FIT], {}, 4, id="unknown version"),
    pytest.param([running("m", 5)], {}, 4, id="malformed"),
    pytest.param([FIT, 5], {}, 4, id="unreadable"),
    pytest.param([FIT], {"metadata": {"continue": "x"}}, 4, id="cut"),
]


@pytest.mark.parametrize(("items", "changes", "code"), ENDS)
@pytest.mark.parametrize("output", FORMATS)
def test_the_exit_code_is_the_same_in_every_format(
    run: Run,
    items: list[Any],
    changes: Json,
    code: int,
    output: str,
) -> None:
    ended = run("report", "--from", "-", "--target", "1.26", "-o", output, stdin=pod_list(*items, **changes))
    assert ended.code == code
    assert len(ended.err.splitlines()) == (1 if code == 4 else 0)


FAILURES = [
    (b"", "standard input: the input is empty"),
    (b"<html>", "standard input: not JSON, or cut short"),
    (b'{"kind": "Status", "apiVersion": "v1"}', "standard input: not a list of pods (Status)"),
    (pod_list(OLD)[:-20], "standard input: not JSON, or cut short"),
    (pod_list(OLD).replace(b"old", b"\xff"), "standard input: not UTF-8"),
]


@pytest.mark.parametrize(("stdin", "message"), FAILURES)
@pytest.mark.parametrize("output", FORMATS)
def test_what_is_no_pod_list_is_a_failure_of_the_tool_in_every_format(
    run: Run,
    stdin: bytes,
    message: str,
    output: str,
) -> None:
    ended = run("report", "--from", "-", "--target", "1.26", "-o", output, stdin=stdin)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"eci-upgrade-guard: {message}")
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--from", "-"], "--target is needed without --policy"),
        (["--from", "-", "--target", "latest"], "--target is not a Kubernetes version"),
        (["--from", "-", "--context", "c", "--target", "1.26"], "--context and --from exclude each other"),
        (["--from", "-", "-n", "team-a", "--target", "1.26"], "--namespace and --from exclude each other"),
        (["--from", "-", "--target", "1.26", "-o", "xml"], "argument -o/--output: 'xml' is none of"),
        (["--from", "-", "--target", "1.26", "--show", "some"], "argument --show: 'some' is none of"),
        (["--from", "-", "--tarqet", "1.26"], "there is no --tarqet; did you mean --target?"),
        (["--from", "-", "--targ", "1.26"], "there is no --targ; did you mean --target?"),
    ],
)
def test_wrong_usage_is_2_and_one_line(run: Run, arguments: list[str], message: str) -> None:
    ended = run("report", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"eci-upgrade-guard: {message}")
    assert len(ended.err.splitlines()) == 1


def test_a_file_that_is_not_there_is_a_failure(run: Run) -> None:
    ended = run("report", "--from", "no-such-file.json", "--target", "1.26")
    assert (ended.code, ended.err) == (
        1,
        "eci-upgrade-guard: cannot read no-such-file.json: No such file or directory\n",
    )


def test_a_policy_brings_its_target_and_exemptions(run: Run) -> None:
    ended = run("report", "--from", EXAMPLES / "pods.json", "--policy", EXAMPLES / "policy.yaml")
    assert ended.code == 3
    assert ended.out.startswith("Not ready, with 2 pods exempt: 11 of 30 ECI pods cannot run under Kubernetes 1.26")


def test_a_target_on_the_command_line_stands_before_the_policys(run: Run) -> None:
    given = ("report", "--from", EXAMPLES / "pods.json", "--policy", EXAMPLES / "policy.yaml", "-o", "json")
    assert json.loads(run(*given, "--target", "1.24").out)["target"] == "1.24"


def test_a_policy_that_is_refused_is_a_failure_that_names_every_problem(run: Run, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("kind: UpgradePolicy\nspec: {targetVersion: soon}\n")
    ended = run("report", "--from", "-", "--policy", policy)
    assert ended.code == 1
    assert ended.err.splitlines()[0] == f"eci-upgrade-guard: the policy {policy} is refused:"
    assert len(ended.err.splitlines()) == 4


def test_show_all_lists_every_eci_pod(run: Run) -> None:
    given = ("report", "--from", "-", "--target", "1.26", "-o", "csv", "--no-headers")
    assert len(run(*given, stdin=pod_list(OLD, FIT)).out.splitlines()) == 1
    assert len(run(*given, "--show", "all", stdin=pod_list(OLD, FIT)).out.splitlines()) == 2


def test_an_empty_list_is_doubted_and_an_empty_cluster_is_not(run: Run, api: FakeApi, kubeconfig: Path) -> None:
    assert "An empty list is seldom" in run("report", "--from", "-", "--target", "1.26", stdin=pod_list()).out
    assert "An empty list" not in run("report", "--kubeconfig", kubeconfig, "--target", "1.26").out


def test_the_next_command_asks_by_the_same_policy_and_target(run: Run) -> None:
    policy = EXAMPLES / "policy.yaml"
    ended = run("report", "--from", EXAMPLES / "pods.json", "--policy", policy, "--target", "1.28")
    assert ended.out.splitlines()[-1].endswith(f"report --from - --policy {policy} --target 1.28")


@pytest.mark.parametrize(
    ("redirection", "message"),
    [
        (">&-", "cannot write to standard output: Bad file descriptor"),
        ("> /dev/full", "cannot write to standard output: No space left on device"),
        ("<&-", "cannot read -: Bad file descriptor"),
    ],
)
def test_a_stream_that_is_closed_or_full_is_a_failure_in_one_line(redirection: str, message: str) -> None:
    line = f"{sys.executable} -m webhook report --from - --target 1.26 {redirection}"
    done = subprocess.run(["sh", "-c", line], input=pod_list(FIT), capture_output=True, check=False)  # noqa: S607 -- the shell
    assert (done.returncode, done.stderr.decode()) == (1, f"eci-upgrade-guard: {message}\n")


def test_a_closed_standard_error_does_not_spill_into_the_report() -> None:
    line = f"{sys.executable} -m webhook report --from - --target 1.26 -o json 2>&-"
    done = subprocess.run(["sh", "-c", line], input=pod_list(ODD), capture_output=True, check=False)  # noqa: S607 -- the shell
    assert done.returncode == 4
    assert json.loads(done.stdout)["readiness"] == "Unknown"


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "pods.json"
    path.write_bytes(pod_list(*(running(f"web-{number}", "1.0.0") for number in range(3000))))
    line = f"{sys.executable} -m webhook report --from {path} --target 1.26 -o wide | head -1"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)  # noqa: S607 -- the shell
    assert done.stdout.startswith("Not ready")
    assert done.stderr == ""
