"""Somebody who watches all pods of a namespace with a client of his own, and counts at every moment who serves."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.cluster.control_plane import ControlPlane

_WATCH = 1
"""Seconds of each watch. The next goes on where it ended, so that nothing is missed in between."""


@dataclass(slots=True)
class Witness:
    """What was seen. Pods are counted by their label ``app``, or alone where they have none.

    A pod serves while it is Ready and nobody has asked it to go: so Kubernetes counts for a budget. But it counts when
    it gets to it, and this is told of each change, in order.
    """

    budgets: Mapping[str, int]
    """How many pods each budget wants, by the ``app`` that it selects, as it is named."""
    serving: dict[str, set[str]] = field(default_factory=dict)
    """The uids of those that serve now."""
    fewest: dict[str, int] = field(default_factory=dict)
    """How many served when the fewest did."""
    whole: dict[str, int] = field(default_factory=dict)
    """How many served at the beginning."""
    uids: dict[str, set[str]] = field(default_factory=dict)
    """All that were ever there."""
    gone: set[str] = field(default_factory=set)
    """The uids of those that went."""

    def see(self, event: str, pod: Any) -> None:
        """Take note of a pod as it is told."""
        metadata = pod["metadata"]
        name, uid = metadata.get("labels", {}).get("app", metadata["name"]), metadata["uid"]
        conditions = {one["type"]: one["status"] for one in pod["status"].get("conditions", ())}
        serving = self.serving.setdefault(name, set())
        self.uids.setdefault(name, set()).add(uid)
        if event == "DELETED":
            self.gone.add(uid)
        if event == "DELETED" or "deletionTimestamp" in metadata or conditions.get("Ready") != "True":
            serving.discard(uid)
        else:
            serving.add(uid)
        self.fewest[name] = min(self.fewest.get(name, len(serving)), len(serving))

    @property
    def broken(self) -> dict[str, int]:
        """Return the budgets that had fewer pods than they want, with how few these were."""
        return {name: self.fewest[name] for name, wanted in self.budgets.items() if self.fewest[name] < wanted}

    @property
    def missed(self) -> dict[str, int]:
        """Return how many pods did not serve when the most did not, where one did not."""
        return {name: whole - self.fewest[name] for name, whole in self.whole.items() if self.fewest[name] < whole}

    def had(self, *names: str) -> set[str]:
        """Return the uids of all pods of workloads whose names begin so."""
        return {uid for name, uids in self.uids.items() if name.startswith(names) for uid in uids}


@contextmanager
def watching_pods(control_plane: ControlPlane, namespace: str) -> Iterator[Witness]:
    """Watch for as long as the block lasts, and what happened until its end is seen. Begin with all Ready."""
    done, failures = threading.Event(), list[Exception]()
    path = f"/api/v1/namespaces/{namespace}/pods"
    with control_plane.client() as client:
        witness = Witness(_budgets(client, namespace))
        found = client.get(path).raise_for_status().json()
        for pod in found["items"]:
            witness.see("ADDED", pod)
        witness.whole = {name: len(uids) for name, uids in witness.serving.items()}
        witness.fewest = dict(witness.whole)

        def watch() -> None:
            try:
                _watch(client, path, found["metadata"]["resourceVersion"], witness, done)
            except Exception as error:  # noqa: BLE001 -- told to whoever waits for the end
                failures.append(error)

        thread = threading.Thread(target=watch, name="watching-pods")
        thread.start()
        try:
            yield witness
        finally:
            done.set()
            thread.join()
    if failures:
        raise failures[0]


def _budgets(client: httpx2.Client, namespace: str) -> dict[str, int]:
    path = f"/apis/policy/v1/namespaces/{namespace}/poddisruptionbudgets"
    specs = [one["spec"] for one in client.get(path).raise_for_status().json()["items"]]
    return {spec["selector"]["matchLabels"]["app"]: spec["minAvailable"] for spec in specs}


def _watch(client: httpx2.Client, path: str, version: str, witness: Witness, done: threading.Event) -> None:
    last = False
    while not last:
        last = done.is_set()  # before the watch: what happened until then is still told
        asked = {"watch": "true", "resourceVersion": version, "timeoutSeconds": str(_WATCH)}
        with client.stream("GET", path, params=asked) as response:
            for line in response.raise_for_status().iter_lines():
                event = json.loads(line)
                assert event["type"] != "ERROR", event  # of what was forgotten nothing is proved
                witness.see(event["type"], event["object"])
                version = event["object"]["metadata"]["resourceVersion"]
