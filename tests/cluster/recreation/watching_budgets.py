"""Somebody who watches all budgets of a namespace with a client of his own, and writes down each that is broken."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.cluster.control_plane import ControlPlane

_WATCH = 1
"""Seconds of each watch. The next goes on where it ended, so that nothing is missed in between."""
_PAUSE = 0.1
_GONE = 410


@dataclass(frozen=True, slots=True)
class Broken:
    """A budget that had fewer healthy pods than it wants, at one moment."""

    name: str
    current: int
    desired: int


@dataclass(slots=True)
class Budgets:
    """What was seen."""

    broken: list[Broken] = field(default_factory=list)
    changes: dict[str, int] = field(default_factory=dict)
    """How often each budget was told of: of one that was never told of nothing is known."""
    gaps: int = 0
    """How often the API server had forgotten what came next: then nothing is proved."""

    def see(self, budget: Any) -> None:
        """Take note of a budget as it is told."""
        name, status = budget["metadata"]["name"], budget.get("status", {})
        self.changes[name] = self.changes.get(name, 0) + 1
        current, desired = status.get("currentHealthy", 0), status.get("desiredHealthy", 0)
        if current < desired:
            self.broken.append(Broken(name, current, desired))


@contextmanager
def watching_budgets(control_plane: ControlPlane, namespace: str) -> Iterator[Budgets]:
    """Watch for as long as the block lasts, and for a moment beyond; begin with all healthy."""
    budgets, done, failures = Budgets(), threading.Event(), list[Exception]()
    path = f"/apis/policy/v1/namespaces/{namespace}/poddisruptionbudgets"
    with control_plane.client() as client:
        version = _list(client, path, budgets)

        def watch() -> None:
            try:
                _watch(client, path, version, budgets, done)
            except Exception as error:  # noqa: BLE001 -- told to whoever waits for the end
                failures.append(error)

        thread = threading.Thread(target=watch, name="watching-budgets")
        thread.start()
        try:
            yield budgets
        finally:
            done.set()
            thread.join()
    if failures:
        raise failures[0]


def _list(client: httpx2.Client, path: str, budgets: Budgets) -> str:
    found = client.get(path).raise_for_status().json()
    for one in found["items"]:
        budgets.see(one)
    version: str = found["metadata"]["resourceVersion"]
    return version


def _watch(client: httpx2.Client, path: str, version: str, budgets: Budgets, done: threading.Event) -> None:
    last = False
    while not last:
        last = done.is_set()  # before the watch: what happened until then is still told
        asked = {"watch": "true", "resourceVersion": version, "timeoutSeconds": str(_WATCH)}
        try:
            with client.stream("GET", path, params=asked) as response:
                for line in response.raise_for_status().iter_lines():
                    event = json.loads(line)
                    if event["type"] == "ERROR":
                        assert event["object"]["code"] == _GONE, event
                        budgets.gaps += 1
                        version = _list(client, path, budgets)
                        break
                    if event["type"] != "DELETED":
                        budgets.see(event["object"])
                    version = event["object"]["metadata"]["resourceVersion"]
        except httpx2.TransportError:
            last = False  # the API server is away, as some tests have it
            done.wait(_PAUSE)
