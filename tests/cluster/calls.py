"""Creates through a real API server, which asks a guard about each, on and on."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise

import httpx2

from tests.cluster.admission.objects import new_pod
from tests.cluster.control_plane import ControlPlane

_THREADS = 4
"""That make calls, so that one which has to wait holds up no others."""


@dataclass(frozen=True)
class Caller:
    """An API server that asks about the pods of one namespace. If nobody answers, no pod is created."""

    control_plane: ControlPlane
    namespace: str

    def create(self, client: httpx2.Client, platform_version: str = "1.1.0") -> httpx2.Response:
        """Create a pod, up to where it would be stored."""
        path = f"/api/v1/namespaces/{self.namespace}/pods"
        return client.post(path, params={"dryRun": "All"}, json=new_pod("web", platform_version))

    def await_calls(self) -> None:
        """Return when the guard is heard: nobody else refuses a pod that is too old."""
        with self.control_plane.client() as client:
            self.control_plane.wait_until(
                "the guard to be called", lambda: self.create(client, "1.0.0").status_code == httpx2.codes.FORBIDDEN
            )


@dataclass
class Load:
    """What became of calls, while they go on and afterwards."""

    failures: list[str] = field(default_factory=list)
    """What was answered to each call that failed."""
    failed: list[tuple[float, float]] = field(default_factory=list)
    """When each of these began and ended."""
    spans: list[tuple[float, float]] = field(default_factory=list)
    """When each call began and ended, by a clock that never runs back."""

    @property
    def calls(self) -> int:
        return len(self.spans)

    def __str__(self) -> str:
        ended = sorted(end for _, end in self.spans)
        slowest = max(end - begin for begin, end in self.spans)
        pause = max(after - before for before, after in pairwise(ended))  # everybody may have to wait, and none fail
        return (
            f"{self.calls} calls in {ended[-1] - ended[0]:.0f} s, {len(self.failures)} failed, the slowest took "
            f"{slowest * 1000:.0f} ms, and at most {pause * 1000:.0f} ms went by without an answer"
        )

    def take(self, call: Callable[[], httpx2.Response]) -> None:
        """Make one call."""
        began, failure = time.monotonic(), ""
        try:
            answer = call()
            if not answer.is_success:
                failure = f"{answer.status_code}: {answer.text}"
        except httpx2.HTTPError as error:
            failure = repr(error)
        span = began, time.monotonic()
        self.spans.append(span)
        if failure:
            self.failures.append(failure)
            self.failed.append(span)


@contextmanager
def load(call: Callable[[], httpx2.Response], a_second: float) -> Iterator[Load]:
    """Make so many calls a second, until the block ends."""
    known, over = Load(), threading.Event()

    def go_on(place: int) -> None:
        pause = _THREADS / a_second
        due = time.monotonic() + pause * place / _THREADS
        while not over.wait(max(0.0, due - time.monotonic())):
            known.take(call)
            due = max(due + pause, time.monotonic() - pause)  # what was missed is not made up for by a storm

    with ThreadPoolExecutor(_THREADS) as threads:
        going = [threads.submit(go_on, place) for place in range(_THREADS)]
        try:
            yield known
        finally:
            over.set()
    for one in going:
        one.result()
