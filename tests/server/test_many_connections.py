"""Whoever opens connections and does nothing with them keeps nobody else from being answered."""

import resource
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.server.peers import (
    REVIEW_HEAD,
    answer_on,
    ask_once,
    plain_connection,
    plain_socket,
    tls_connection,
    tls_socket,
)
from tests.server.running_guard import EXAMPLES, RunningGuard, run_guard
from webhook.server.front_door import HANDSHAKE_SECONDS
from webhook.server.seats import MAX_CONNECTIONS, UNDISTURBED

REVIEW = (EXAMPLES / "admission-review.json").read_bytes()
FILES_OF_A_GUARD = 40
"""At most, besides connections."""


@pytest.fixture
def guard(tmp_path: Path) -> Iterator[RunningGuard]:
    with run_guard(tmp_path) as running:
        yield running


def open_files(guard: RunningGuard) -> int:
    return len(list(Path(f"/proc/{guard.process.pid}/fd").iterdir()))


def is_open(peer: socket.socket) -> bool:
    peer.settimeout(0)
    try:
        return peer.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def reviewed(guard: RunningGuard) -> int:
    return ask_once(tls_connection(guard), "/validate?timeout=5s", REVIEW)[0].status


@contextmanager
def silent(guard: RunningGuard, count: int) -> Iterator[Sequence[socket.socket]]:
    """Peers that do not even begin with TLS."""
    with ExitStack() as stack:
        yield [stack.enter_context(plain_socket(guard)) for _ in range(count)]


def test_more_than_there_may_be_are_ended_oldest_first_and_others_are_answered(guard: RunningGuard) -> None:
    with silent(guard, 3 * MAX_CONNECTIONS) as peers:
        assert reviewed(guard) == 200
        assert open_files(guard) <= MAX_CONNECTIONS + FILES_OF_A_GUARD
        assert not is_open(peers[0])
        assert is_open(peers[-1])
        _, log = guard.stop()
    assert [line["event"] for line in log].count("connection ended") == 1


def test_a_connection_that_is_used_outlives_any_number_that_are_not(guard: RunningGuard) -> None:
    with tls_socket(guard) as used, ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(silent(guard, MAX_CONNECTIONS // 2))
            time.sleep(2 * UNDISTURBED)  # so that somebody has to go
            used.sendall(REVIEW_HEAD % len(REVIEW) + REVIEW)
            assert answer_on(used)[0].status == 200


def test_requests_that_do_not_come_to_an_end_make_room_too(guard: RunningGuard) -> None:
    with ExitStack() as stack:
        for _ in range(MAX_CONNECTIONS + 50):
            stack.enter_context(tls_socket(guard)).sendall(REVIEW_HEAD % len(REVIEW) + b"{")
        assert reviewed(guard) == 200


@pytest.mark.parametrize(
    "said", [b"", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"], ids=["nothing", "half a ClientHello"]
)
def test_who_does_not_agree_on_tls_in_time_is_gone(guard: RunningGuard, said: bytes) -> None:
    with plain_socket(guard) as peer:
        peer.sendall(said)
        peer.settimeout(4 * HANDSHAKE_SECONDS)
        assert peer.recv(1) == b""


def test_without_a_file_descriptor_left_the_oldest_give_theirs_back(guard: RunningGuard) -> None:
    few = open_files(guard) + 20
    resource.prlimit(guard.process.pid, resource.RLIMIT_NOFILE, (few, few))
    with silent(guard, 100):
        assert reviewed(guard) == 200


def test_the_plain_port_is_bounded_alike(guard: RunningGuard) -> None:
    host, _, port = guard.health.removeprefix("http://").partition(":")
    with ExitStack() as stack:
        for _ in range(2 * MAX_CONNECTIONS):
            stack.enter_context(socket.create_connection((host, int(port))))
        assert ask_once(plain_connection(guard), "/livez")[0].status == 200
        assert open_files(guard) <= MAX_CONNECTIONS + FILES_OF_A_GUARD
