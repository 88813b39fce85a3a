"""Thousands of connections that are good for nothing do not come between the API server and the guard."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.cluster.calls import Caller, load
from tests.cluster.control_plane import ControlPlane
from tests.cluster.guarding import guarding
from tests.cluster.registration import PODS, registered
from tests.server.peers import plain_socket, tls_socket
from tests.server.running_guard import RunningGuard
from webhook.server.seats import MAX_CONNECTIONS

SECONDS = 10
CALLS_A_SECOND = 20


@contextmanager
def crowd(guard: RunningGuard) -> Iterator[None]:
    """Three times as many as there is room for, most of them silent, and others for them all the time."""
    over = threading.Event()

    def come() -> None:
        with ExitStack() as stack:
            for _ in range(3 * MAX_CONNECTIONS):
                stack.enter_context(plain_socket(guard))
            while not over.wait(0.02):
                stack.enter_context(tls_socket(guard))

    coming = threading.Thread(target=come)
    coming.start()
    try:
        yield
    finally:
        over.set()
        coming.join()


def test_no_call_of_the_api_server_fails_beside_a_crowd_of_idle_connections(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    caller = Caller(every_control_plane, namespace)
    with (
        guarding(every_control_plane, tmp_path) as guard,
        registered(every_control_plane, namespace, guard, PODS),
        every_control_plane.client() as client,
    ):
        caller.await_calls()
        with crowd(guard), load(lambda: caller.create(client), CALLS_A_SECOND) as calls:
            time.sleep(SECONDS)
    print(calls)
    assert not calls.failures
    assert calls.calls > SECONDS
