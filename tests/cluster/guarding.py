"""The real guard over a real cluster, for as long as a test needs it."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import yaml

from tests.cluster.control_plane import ControlPlane
from tests.cluster.identities import guard_kubeconfig
from tests.server.running_guard import RunningGuard, run_guard

_PATIENCE = 30.0


def write_policy(folder: Path, **spec: Any) -> Path:
    """Write a policy that denies what does not fit 1.26, but for what the test says."""
    given = {"targetVersion": "1.26", "modes": {"pods": "Deny", "workloads": "Deny"}} | spec
    document = {
        "apiVersion": "eci-upgrade-guard.io/v1alpha1",
        "kind": "UpgradePolicy",
        "metadata": {"name": "night"},
        "spec": given,
    }
    file = folder / "policy.yaml"
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    return file


@contextmanager
def guarding(control_plane: ControlPlane, folder: Path, *options: str, **spec: Any) -> Iterator[RunningGuard]:
    """Run a guard that watches the cluster with the rights of its own account, once it is ready."""
    kubeconfig = guard_kubeconfig(control_plane)
    inventory = ("--inventory", "cluster", "--kubeconfig", str(kubeconfig))
    with run_guard(folder, *options, policy=write_policy(folder, **spec), inventory=inventory) as guard:
        await_ready(guard)
        yield guard


def await_ready(guard: RunningGuard) -> None:
    """Return once ``/readyz`` says so. Raises AssertionError if it takes too long."""
    latest = time.monotonic() + _PATIENCE
    while (answer := httpx2.get(f"{guard.health}/readyz", trust_env=False)).status_code != httpx2.codes.OK:
        assert time.monotonic() < latest, answer.text
        time.sleep(0.05)


def report_of(guard: RunningGuard, **query: str) -> dict[str, Any]:
    """Return the guard's report."""
    with guard.client() as client:
        report: dict[str, Any] = client.get("/report", params=query).raise_for_status().json()
        return report


def answers_in(log: list[dict[str, Any]]) -> Mapping[str, int]:
    """Return how often what was answered, from the last line of a guard's log."""
    assert log[-1]["event"] == "stopped", log[-1]
    answers: Mapping[str, int] = log[-1]["answers"]
    return answers
