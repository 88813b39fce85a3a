"""That nobody can hold up the end of a guard, and that it hears a signal from the beginning."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.server.peers import REVIEW_HEAD, answer_on, ask_once, plain_connection, plain_socket, tell_to_end, tls_socket
from tests.server.running_guard import ON_EXAMPLES, ROOT, RunningGuard, run_guard
from tests.weather.kubeconfigs import write_kubeconfig
from webhook.server.ending import ADVISED_DELAY, grace

SLACK = 10.0
"""Seconds for a machine that is busy."""


def silent(guard: RunningGuard) -> socket.socket:
    return plain_socket(guard)


def in_the_middle_of_a_handshake(guard: RunningGuard) -> socket.socket:
    peer = plain_socket(guard)
    peer.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")  # a record of 512 bytes with a ClientHello begins
    return peer


def idle(guard: RunningGuard) -> socket.socket:
    peer = tls_socket(guard)
    peer.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
    answer_on(peer)
    return peer


def in_the_middle_of_a_head(guard: RunningGuard) -> socket.socket:
    peer = tls_socket(guard)
    peer.sendall(b"GET /livez HTTP/1.1\r\nHo")
    return peer


def in_the_middle_of_a_body(guard: RunningGuard) -> socket.socket:
    peer = tls_socket(guard)
    peer.sendall(REVIEW_HEAD % 9 + b"{")
    return peer


@pytest.mark.parametrize(
    "come", [silent, in_the_middle_of_a_handshake, idle, in_the_middle_of_a_head, in_the_middle_of_a_body]
)
def test_no_peer_that_stops_can_hold_it_up_for_longer_than_it_promises(
    tmp_path: Path, come: Callable[[RunningGuard], socket.socket]
) -> None:
    with run_guard(tmp_path, "--drain-delay", "1") as guard, come(guard), come(guard):
        tell_to_end(guard)
        come(guard).close()  # somebody else may come and go meanwhile
        assert guard.process.wait(timeout=grace(1) + SLACK) == 0
        assert [line["event"] for line in map(json.loads, guard.process.stderr or ())][-1] == "stopped"


def test_a_guard_that_never_became_ready_drains_and_ends_too(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        kubeconfig = write_kubeconfig(tmp_path / "kubeconfig", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        inventory = ("--inventory", "cluster", "--kubeconfig", str(kubeconfig))
        with run_guard(tmp_path, inventory=inventory) as guard:
            assert b"were not read yet" in ask_once(plain_connection(guard), "/readyz")[1]
            assert guard.stop()[0] == 0


def test_a_signal_that_comes_while_it_is_still_loading_ends_it_with_0(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    os.mkfifo(policy)  # who reads it waits until somebody writes
    command = [sys.executable, "-m", "webhook", "serve", "--policy", str(policy), *ON_EXAMPLES]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process, policy.open("w"):
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=SLACK)
        assert (process.returncode, log) == (0, "")


def test_what_it_waits_for_at_the_very_end_cannot_hold_it_up_either() -> None:
    waiting = "import threading, time; from webhook.server.ending import exit_within; exit_within(0.1);"
    waiting += "threading.Thread(target=time.sleep, args=[600]).start()"
    assert subprocess.run([sys.executable, "-c", waiting], cwd=ROOT, timeout=SLACK, check=True).returncode == 0


def test_what_is_advised_fits_into_the_time_that_kubernetes_grants_where_nobody_says_otherwise() -> None:
    assert grace(ADVISED_DELAY) <= 30
