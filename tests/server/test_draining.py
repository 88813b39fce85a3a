"""What a guard does between the signal and its end."""

import json
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from http.client import HTTPResponse
from pathlib import Path

import pytest

from tests.builders import pod, review, running
from tests.server.peers import (
    REVIEW_HEAD,
    answer_on,
    ask,
    ask_once,
    plain_connection,
    plain_socket,
    tell_to_end,
    tls_connection,
    tls_socket,
)
from tests.server.running_guard import RunningGuard, run_guard
from webhook.server.ending import grace

REVIEW = json.dumps(review(pod(platform_version="1.0.0"))).encode()
LONG = ("--drain-delay", "600")
SLACK = 10.0
"""Seconds for a machine that is busy. Nothing here is as fast as that, or else lasts for the whole delay."""


@pytest.fixture(scope="module")
def draining(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGuard]:
    """A guard that was told to end, and drains for as long as the tests need."""
    with run_guard(tmp_path_factory.mktemp("guard"), *LONG) as guard:
        tell_to_end(guard)
        yield guard


def await_closing(guard: RunningGuard) -> None:
    """Return when nobody listens any more."""
    with suppress(ConnectionRefusedError):
        while True:
            plain_socket(guard).close()
            time.sleep(0.05)


def test_it_is_alive_and_not_ready_and_says_why(draining: RunningGuard) -> None:
    for port in (plain_connection, tls_connection):
        assert [ask_once(port(draining), path)[0].status for path in ("/livez", "/readyz")] == [200, 503]
    assert ask_once(plain_connection(draining), "/readyz")[1] == b"draining\n"
    assert ask_once(plain_connection(draining), "/readyz?verbose")[1].endswith(b"\ndraining\n")


def test_a_metric_says_so_too(draining: RunningGuard) -> None:
    assert b"\neci_upgrade_guard_draining 1.0\n" in ask_once(plain_connection(draining), "/metrics")[1]


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/report", "/validate", "/nothing", "/report?target=x"])
def test_new_connections_are_served_and_each_ends_with_its_answer(draining: RunningGuard, path: str) -> None:
    with tls_socket(draining) as peer:
        peer.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        answer, _ = answer_on(peer)
        assert answer.headers.get_all("connection") == ["close"]
        assert peer.recv(1) == b""


def test_the_plain_ports_connections_end_with_their_answers(draining: RunningGuard) -> None:
    for path in ("/livez", "/readyz", "/metrics", "/nothing"):
        assert ask_once(plain_connection(draining), path)[0].headers.get_all("connection") == ["close"]


def test_reviews_are_decided_as_before(draining: RunningGuard) -> None:
    answer, body = ask_once(tls_connection(draining), "/validate", REVIEW)
    assert answer.headers["connection"] == "close"
    assert json.loads(body)["response"]["allowed"] is False


def test_connections_that_were_there_go_on_until_they_are_used_once_more(tmp_path: Path) -> None:
    with run_guard(tmp_path, *LONG) as guard, ExitStack() as stack:
        kept = [stack.enter_context(closing(port(guard))) for port in (tls_connection, plain_connection)]
        assert [ask(one, "/livez")[0].headers["connection"] for one in kept] == [None, None]
        tell_to_end(guard)
        assert [ask(one, "/livez")[0].headers["connection"] for one in kept] == ["close", "close"]


def test_it_waits_for_the_whole_delay_although_nobody_is_connected(tmp_path: Path) -> None:
    with run_guard(tmp_path, "--drain-delay", "2") as guard:
        tell_to_end(guard)
        begun = time.monotonic()
        assert guard.process.wait(timeout=grace(2) + SLACK) == 0
        assert time.monotonic() - begun > 1.5


def test_a_second_signal_ends_it_in_the_middle_of_the_delay(tmp_path: Path) -> None:
    with run_guard(tmp_path, *LONG) as guard:
        tell_to_end(guard)
        guard.process.send_signal(signal.SIGTERM)
        assert guard.process.wait(timeout=SLACK) == 0


@pytest.mark.parametrize("delay", ["0", "1"])
def test_a_request_whose_body_comes_late_is_answered(tmp_path: Path, delay: str) -> None:
    with run_guard(tmp_path, "--drain-delay", delay) as guard, tls_socket(guard) as peer:
        peer.sendall(REVIEW_HEAD % len(REVIEW) + REVIEW[:100])
        ask_once(tls_connection(guard), "/livez")  # what was sent before has been read by now
        tell_to_end(guard)
        await_closing(guard)
        peer.sendall(REVIEW[100:])
        answer, body = answer_on(peer)
        assert (answer.status, answer.headers["connection"]) == (200, "close")
        assert json.loads(body)["response"]["allowed"] is False


def test_a_request_whose_head_had_only_begun_is_answered(tmp_path: Path) -> None:
    head = REVIEW_HEAD % len(REVIEW)
    with run_guard(tmp_path) as guard, tls_socket(guard) as peer:
        peer.sendall(head[:30])
        ask_once(tls_connection(guard), "/livez")
        tell_to_end(guard)
        await_closing(guard)
        peer.sendall(head[30:] + REVIEW)
        assert answer_on(peer)[0].status == 200


def test_a_report_that_is_being_read_slowly_comes_whole(tmp_path: Path) -> None:
    pods = tmp_path / "pods.json"
    pods.write_text(json.dumps({"kind": "List", "items": [running(f"web-{i}", "1.0.0") for i in range(20_000)]}))
    with run_guard(tmp_path, inventory=("--inventory", str(pods))) as guard, tls_socket(guard) as peer:
        peer.sendall(b"GET /report HTTP/1.1\r\nHost: a\r\n\r\n")
        answer = HTTPResponse(peer)
        answer.begin()
        tell_to_end(guard)
        await_closing(guard)
        assert guard.process.poll() is None
        assert len(answer.read()) == int(answer.headers["content-length"])
        assert guard.process.wait(timeout=SLACK) == 0
