"""Twenty minutes of pods that come and go, and of steady admission. ``make test-long`` runs it.

What it prints stands in the README of the benchmarks.
"""

import itertools
import json
import random
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.builders import Json, pod, review, running
from tests.fake_api import FakeApi
from tests.server.running_guard import RunningGuard, run_guard

pytestmark = [pytest.mark.long, pytest.mark.timeout(2400, func_only=True)]

PODS = 2000
WARM_UP, SECONDS = 180, 1200
PATIENCE = 60.0
"""Seconds for one answer."""
CHANGES_A_SECOND, REVIEWS_A_SECOND = 50, 50
REPORTS_A_MINUTE = 12
MOST_GROWTH = 4.0
"""MiB in all that time. 70 bytes for each of the reviews, or for each of the changes, would be more."""


def resident(guard: RunningGuard) -> float:
    """MiB."""
    status = Path(f"/proc/{guard.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@contextmanager
def every(seconds: float, do: Callable[[], None]) -> Iterator[list[float]]:
    """Do it again and again beside the block; how long it took each time, or the first error at the end."""
    over, took, failed = threading.Event(), list[float](), list[BaseException]()

    def run() -> None:
        due = time.monotonic()
        try:
            while not over.wait(max(0.0, due - time.monotonic())):
                began = time.perf_counter()
                do()
                took.append(time.perf_counter() - began)
                due = max(due + seconds, time.monotonic() - 1)
        except BaseException as error:  # noqa: BLE001 -- the test raises it
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield took
    finally:
        over.set()
        thread.join()
    assert not failed, failed


def some_pod(chance: random.Random, number: int) -> Json:
    return running(f"web-{number}", chance.choice([None, "1.0.0", "1.1.0"]), namespace=f"team-{number % 20}")


class Churn:
    """A cluster whose pods are replaced by others, the oldest first."""

    def __init__(self, api: FakeApi) -> None:
        self._cluster = api.cluster
        self._chance = random.Random(1)
        self.replaced = 0
        for number in range(PODS):
            self._cluster.put(some_pod(self._chance, number))

    def __call__(self) -> None:
        oldest, newest = self.replaced, self.replaced + PODS
        self._cluster.delete(f"team-{oldest % 20}", f"web-{oldest}")
        self._cluster.put(some_pod(self._chance, newest))
        self.replaced += 1
        if not self.replaced % 1000:
            self._cluster.compact()


def reviewer(client: httpx2.Client) -> Callable[[], None]:
    """Reviews of other pods and users each, some allowed and some denied."""
    numbers = itertools.count()

    def post() -> None:
        number = next(numbers)
        new = pod(f"new-{number}", platform_version=[None, "1.0.0", "1.1.0", "9"][number % 4])
        body = json.dumps(review(new, userInfo={"username": f"user-{number}"})).encode()
        answer = client.post("/validate?timeout=5s", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 200

    return post


def getter(client: httpx2.Client, path: str) -> Callable[[], None]:
    return lambda: client.get(path).raise_for_status().close()


@contextmanager
def reading_the_log_of(guard: RunningGuard) -> Iterator[None]:
    """Read what it says until the end of the block, which ends the guard: a pipe that nobody reads fills up."""
    lines = guard.process.stderr
    assert lines is not None
    reading = threading.Thread(target=lambda: [None for _ in lines])
    reading.start()
    try:
        yield
    finally:
        guard.process.terminate()
        reading.join()


def test_memory_stays_flat_while_pods_come_and_go_and_reviews_are_answered(tmp_path: Path) -> None:
    with FakeApi() as api, ExitStack() as stack:
        churn = Churn(api)
        kubeconfig = api.kubeconfig(tmp_path / "kubeconfig")
        inventory = ("--inventory", "cluster", "--kubeconfig", str(kubeconfig), "--report-access", "open")
        guard = stack.enter_context(run_guard(tmp_path, inventory=inventory))
        stack.enter_context(reading_the_log_of(guard))
        clients = [stack.enter_context(guard.client()) for _ in range(2)]
        plain = stack.enter_context(httpx2.Client(base_url=guard.health))
        for client in (*clients, plain):
            client.timeout = PATIENCE  # on a machine that does something else meanwhile
        stack.enter_context(every(1 / CHANGES_A_SECOND, churn))
        took = stack.enter_context(every(1 / REVIEWS_A_SECOND, reviewer(clients[0])))
        stack.enter_context(every(60 / REPORTS_A_MINUTE, getter(clients[1], "/report?format=html")))
        stack.enter_context(every(5, getter(plain, "/metrics")))
        samples: list[tuple[float, float]] = []
        began = time.monotonic()
        while (passed := time.monotonic() - began) < WARM_UP + SECONDS:
            if passed >= WARM_UP:
                samples.append((passed, resident(guard)))
            time.sleep(2)
        slope, _ = statistics.linear_regression(*zip(*samples, strict=True))
        memory = [mebibytes for _, mebibytes in samples]
        print(
            f"\n{SECONDS} s after {WARM_UP} of warming up: {len(took):,} reviews, {churn.replaced:,} pods replaced;"
            f" {min(memory):.1f} to {max(memory):.1f} MiB, {slope * SECONDS:+.2f} MiB by its slope;"
            f" p99 {1000 * statistics.quantiles(took, n=100)[-1]:.1f} ms"
        )
    assert slope * SECONDS < MOST_GROWTH
