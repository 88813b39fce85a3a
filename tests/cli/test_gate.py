"""``gate``: the command is run if the cluster is ready, and otherwise everybody knows why not."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.builders import pod, running
from tests.cli.clusters import NOBODY, ended, kubeconfig_of, started
from tests.commands import Run
from tests.fake_api import FakeApi, Normal, Status

FIT, OLD, ODD = running("web", "1.1.0"), running("web", "1.0.0"), running("web", "9")
EXAMPLES = Path(__file__).parents[2] / "manifests/examples"


@pytest.fixture(autouse=True)
def nothing_takes_the_place_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """What ``run`` runs is in the tests' own process: there a command may fail to start, and do no more."""
    execute = os.execv

    def execute_in_vain(program: str, command: list[str]) -> None:
        if not program.endswith("/program"):
            pytest.fail(f"{command} would have been run")
        execute(program, command)

    monkeypatch.setattr(os, "execv", execute_in_vain)


def gate(kubeconfig: Path, *command: object, options: tuple[object, ...] = ()) -> tuple[object, ...]:
    return ("gate", "--kubeconfig", kubeconfig, "--target", "1.26", *options, "--", *command)


def shell(script: str) -> tuple[str, ...]:
    return ("sh", "-c", script)


@contextmanager
def gated(kubeconfig: Path, *command: object, options: tuple[object, ...] = ()) -> Iterator[subprocess.Popen[str]]:
    with started(*gate(kubeconfig, *command, options=options)) as process:
        yield process


def test_the_command_of_a_ready_cluster_is_run_with_its_own_streams_and_code(api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put(FIT)
    with gated(kubeconfig, *shell("echo out; echo err >&2; exit 7")) as process:
        code, out, err = ended(process)
    assert (code, out) == (7, "out\n")
    assert err == "eci-upgrade-guard: Ready: of 1 ECI pod none stands in the way of Kubernetes 1.26\nerr\n"


def test_it_takes_the_place_of_the_gate_so_that_signals_are_its_own(api: FakeApi, kubeconfig: Path) -> None:
    script = "trap 'echo got it; exit 9' TERM; echo $$; while :; do sleep 0.05; done"
    with gated(kubeconfig, *shell(script)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{process.pid}\n"
        process.send_signal(signal.SIGTERM)
        assert ended(process)[:2] == (9, "got it\n")


def test_a_signal_that_ends_it_shows_as_such(api: FakeApi, kubeconfig: Path) -> None:
    with gated(kubeconfig, *shell("kill -KILL $$")) as process:
        assert ended(process)[0] == -signal.SIGKILL


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells which signals are ignored")
def test_it_ignores_no_signal_that_the_caller_did_not_ignore(api: FakeApi, kubeconfig: Path) -> None:
    asked = ("grep", "SigIgn", "/proc/self/status")
    plainly = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    with gated(kubeconfig, *asked) as process:
        assert ended(process)[1] == plainly


def test_its_arguments_are_its_own_whatever_they_look_like(api: FakeApi, kubeconfig: Path) -> None:
    arguments = ("--target", "9.9", "--", "-x", "", "a b", "--help", "*")
    code = "import sys; print(sys.argv[1:])"
    with gated(kubeconfig, sys.executable, "-c", code, *arguments) as process:
        assert ended(process)[1] == f"{list(arguments)}\n"


@pytest.mark.parametrize(("found", "code"), [(OLD, 3), (ODD, 4)])
def test_the_command_of_another_cluster_is_not_run_and_the_code_is_that_of_report(
    found: dict[str, object], code: int, run: Run, api: FakeApi, kubeconfig: Path, tmp_path: Path
) -> None:
    api.cluster.put(found)
    assert run("report", "--target", "1.26", "--kubeconfig", kubeconfig).code == code
    done = run(*gate(kubeconfig, "touch", tmp_path / "run me"))
    assert (done.code, done.out) == (code, "")
    assert not (tmp_path / "run me").exists()


def test_a_target_below_what_the_cluster_runs_is_said_and_keeps_nothing_from_running(
    api: FakeApi, kubeconfig: Path
) -> None:
    with gated(kubeconfig, "true", options=("--target", "1.22")) as process:
        code, _, err = ended(process)
    assert code == 0
    assert err.endswith("  The cluster runs Kubernetes 1.24 already, which is above the target 1.22\n")


def test_it_says_why_with_the_first_offenders_and_what_to_do_next(run: Run, api: FakeApi, kubeconfig: Path) -> None:
    for number in range(7):
        api.cluster.put(running(f"web-{number}", "1.0.0"))
    api.cluster.put(FIT)
    api.cluster.put(pod("elsewhere"))
    done = run(*gate(kubeconfig, "sh", "-c", "echo it's"))
    evidence = "PlatformVersionTooOld, annotation 1.0.0, instance eci-web-{} running on virtual-kubelet-cn-hangzhou-j"
    assert done.err.splitlines() == [
        "eci-upgrade-guard: Not ready: 7 of 8 ECI pods cannot run under Kubernetes 1.26",
        *(f"  team-a/web-{number}: {evidence.format(number)}" for number in range(5)),
        "  ... and 2 more",
        """Not run: sh -c 'echo it'"'"'s'""",
        f"Next: eci-upgrade-guard report --kubeconfig {kubeconfig} --target 1.26",
    ]


def test_a_cluster_that_cannot_be_read_is_a_failure_and_nothing_is_run(run: Run, tmp_path: Path) -> None:
    gone = kubeconfig_of(tmp_path / "contexts", {"gone": NOBODY})
    for options in ((), ("--wait", "30m")):
        done = run(*gate(gone, "touch", tmp_path / "run me", options=options))
        assert (done.code, done.out) == (1, "")
        assert done.err.startswith("eci-upgrade-guard: the cluster could not be read: ")
    assert not (tmp_path / "run me").exists()


def test_an_object_that_cannot_be_read_keeps_it_closed(run: Run, api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put(FIT)
    api.cluster.put_encoded("team-a", "poison", b'{"metadata":{"name":"poison","namespace":"team-a"},"spec":5}')
    done = run(*gate(kubeconfig, "true"))
    assert (done.code, "1 of 2 objects could not be read" in done.err) == (4, True)


def test_a_policy_and_the_next_minor_are_taken_as_by_report(run: Run, api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put(OLD)
    policy = EXAMPLES / "policy.yaml"
    done = run("gate", "--kubeconfig", kubeconfig, "--policy", policy, "--target", "next", "--", "true")
    assert (done.code, "Kubernetes 1.26" in done.err) == (3, True)
    assert done.err.splitlines()[-1].endswith(f" --policy {policy} --target next")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--target", "1.26"], "the command to run is needed, behind -- (see eci-upgrade-guard gate --help)"),
        (["--target", "1.26", "--"], "the command to run is needed, behind -- (see eci-upgrade-guard gate --help)"),
        (["--target", "1.26", "true"], "the command to run stands behind --, like: -- true"),
        (["--target", "1.26", "--", "no-such-command-here"], "there is no command no-such-command-here to run"),
        (["--target", "1.26", "--", ""], "there is no command  to run"),
        (["--target", "1.26", "--wiat", "5m", "--", "true"], "there is no --wiat; did you mean --wait?"),
        (["--target", "1.26", "--context", "a", "--context", "b", "--", "true"], "a gate is before one cluster: give"),
        (["--", "true"], "--target is needed without --policy"),
        (["--target", "soon", "--", "true"], "--target is not a Kubernetes version"),
    ],
)
def test_wrong_usage_is_2_and_one_line_before_anything_is_asked(arguments: list[str], message: str, run: Run) -> None:
    done = run("gate", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"eci-upgrade-guard: {message}")
    assert len(done.err.splitlines()) == 1


def test_a_program_that_cannot_be_run_after_all_is_a_failure(run: Run, kubeconfig: Path, tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_bytes(b"\x7fELF no program")
    program.chmod(0o755)
    done = run(*gate(kubeconfig, program))
    assert (done.code, done.err.splitlines()[-1]) == (
        1,
        f"eci-upgrade-guard: {program} cannot be run: Exec format error",
    )


def test_with_wait_the_command_is_run_once_the_pods_are_recreated(api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put(OLD)
    with gated(kubeconfig, "echo", "upgraded", options=("--wait", "1h")) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        assert said.startswith("eci-upgrade-guard: waiting up to 59 min")
        assert said.endswith(": Not ready: 1 of 1 ECI pod cannot run under Kubernetes 1.26\n")
        api.cluster.put(FIT)
        code, out, err = ended(process)
    assert (code, out) == (0, "upgraded\n")
    assert err == "eci-upgrade-guard: Ready: of 1 ECI pod none stands in the way of Kubernetes 1.26\n"
    assert len(api.requests_of("list pods")) == 2, "one to begin with, and one to be sure"


def test_when_the_time_is_over_it_ends_as_report_does(run: Run, api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put(OLD)
    began = time.monotonic()
    done = run(*gate(kubeconfig, "true", options=("--wait", "2s")))
    assert (done.code, "Not run: true" in done.err) == (3, True)
    assert 2 <= time.monotonic() - began < 10
    assert len(api.requests_of("list pods")) == 1


def test_a_ready_cluster_is_not_waited_for(api: FakeApi, kubeconfig: Path) -> None:
    with gated(kubeconfig, "echo", "upgraded", options=("--wait", "1h")) as process:
        code, out, err = ended(process)
    assert (code, out, "waiting" in err) == (0, "upgraded\n", False)


def test_what_a_watch_says_is_not_enough_to_run_a_command(run: Run, api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put(FIT)
    api.script("list pods", Normal(), Status(403))
    done = run(*gate(kubeconfig, "true", options=("--wait", "2s")))
    assert done.code == 4
    assert "Unknown: the cluster could not be read: the API server answered 403" in done.err


def test_ctrl_c_while_it_waits_runs_nothing(api: FakeApi, kubeconfig: Path, tmp_path: Path) -> None:
    api.cluster.put(OLD)
    with gated(kubeconfig, "touch", tmp_path / "run me", options=("--wait", "1h")) as process:
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert ended(process)[0] == 130
    assert not (tmp_path / "run me").exists()
