"""How the program starts and how it ends."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.peers import REVIEW_HEAD, tls_socket
from tests.server.running_guard import EXAMPLES, ROOT, run_guard
from webhook.server.lifecycle import server_for


def serve(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "webhook", "serve", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=20)


ON_EXAMPLES = ("--policy", str(EXAMPLES / "policy.yaml"), "--inventory", str(EXAMPLES / "pods.json"))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0_within_two_seconds_when_no_connection_is_open(tmp_path: Path, number: int) -> None:
    with run_guard(tmp_path) as guard:
        guard.process.send_signal(number)
        assert guard.process.wait(timeout=2) == 0


def test_a_second_signal_ends_it_at_once_although_a_request_is_in_flight(tmp_path: Path) -> None:
    with run_guard(tmp_path) as guard, tls_socket(guard) as peer:
        peer.sendall(REVIEW_HEAD % 9 + b"{")
        guard.process.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            guard.process.wait(timeout=1)
        guard.process.send_signal(signal.SIGTERM)
        assert guard.process.wait(timeout=2) == 0


def test_a_self_signed_pair_is_made_where_none_is_given_and_it_says_so(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "webhook", "serve", *ON_EXAMPLES, "--port", "0", "--health-port", "0"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, cwd=ROOT, env={"TMPDIR": str(tmp_path)}
    ) as process:
        assert process.stderr is not None
        assert '"event":"self-signed certificate made"' in process.stderr.readline()
        assert '"event":"listening"' in process.stderr.readline()
        assert list(tmp_path.iterdir()) == []  # the key is on disk for an instant only
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)
        assert process.returncode == 0


def test_an_address_in_use_is_told_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = serve(*ON_EXAMPLES, "--port", str(taken.getsockname()[1]), "--health-port", "0")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("eci-upgrade-guard: cannot listen on 127.0.0.1:")


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ((), 2, "the following arguments are required: --policy"),
        (ON_EXAMPLES[:2], 2, "--inventory is needed outside of a cluster: cluster, or a pod list in a file"),
        ((*ON_EXAMPLES, "--inventory-context", "c"), 2, "--inventory-kubeconfig and --inventory-context go with"),
        ((*ON_EXAMPLES, "--stale-after", "0"), 2, "argument --stale-after: 0 is no number of seconds"),
        ((*ON_EXAMPLES, "--drain-delay", "-1"), 2, "argument --drain-delay: -1 is no number of seconds, or more"),
        ((*ON_EXAMPLES, "--drain-delay", "5s"), 2, "argument --drain-delay: 5s is no number of seconds, or more"),
        ((*ON_EXAMPLES, "--drain-delay", "3601"), 2, "argument --drain-delay: 3601 is no number of seconds, or more"),
        ((*ON_EXAMPLES[:2], "--inventory", "cluster", "--kubeconfig", "no"), 1, "there is no kubeconfig no"),
        ((*ON_EXAMPLES, "--tls-cert", "a.pem"), 2, "--tls-cert and --tls-key go together"),
        (
            (*ON_EXAMPLES, "--tls-cert", "no.pem", "--tls-key", "no.pem"),
            1,
            "cannot use no.pem with no.pem: no.pem: No such file",
        ),
        ((*ON_EXAMPLES, "--tls-cert", "README.md", "--tls-key", "README.md"), 1, "cannot use README.md with README.md"),
        (("--policy", "no.yaml", *ON_EXAMPLES[2:]), 1, "cannot read no.yaml: No such file or directory"),
        (("--policy", "README.md", *ON_EXAMPLES[2:]), 1, "the policy README.md is refused:"),
        ((*ON_EXAMPLES[:2], "--inventory", "Makefile"), 1, "Makefile: not JSON, or cut short"),
        ((*ON_EXAMPLES, "--port", "70000"), 2, "argument --port: 70000 is no port"),
    ],
)
def test_what_it_cannot_start_with_is_told_before_it_listens(options: tuple[str, ...], code: int, message: str) -> None:
    done = serve(*options)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_idle_connections_are_kept_longer_than_the_api_server_keeps_them() -> None:
    assert server_for(lambda *_: None, None).config.timeout_keep_alive > 90  # type: ignore[arg-type]
