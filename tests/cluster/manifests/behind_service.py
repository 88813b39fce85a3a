"""The real program behind the real Service that the manifests make.

Nothing runs in the pods of this control plane, and no kube-proxy leads from a Service to them. So the program listens
at the Service's own address, which is on loopback here, and at the Service's own ports: the API server finds it by the
name in the webhook configuration, as anywhere. It is started with the Deployment's arguments, but for the address.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cluster.control_plane import ControlPlane
from tests.cluster.guarding import await_ready
from tests.cluster.manifests.installing import NAME
from tests.cluster.manifests.overlays import BASE, Json, built, one_of
from tests.server.running_guard import ROOT, RunningGuard

ACCOUNT = f"system:serviceaccount:{NAME}:{NAME}"


@dataclass(frozen=True)
class Behind:
    """A guard that the API server calls through the Service."""

    control_plane: ControlPlane
    guard: RunningGuard
    host: str
    """Where the Service is."""


def service_address(control_plane: ControlPlane) -> str:
    """Return the cluster IP of the guard's Service."""
    asked = ["get", "service", NAME, f"--namespace={NAME}", "--output=jsonpath={.spec.clusterIP}"]
    return control_plane.kubectl(*asked).stdout


@contextmanager
def behind_service(
    control_plane: ControlPlane,
    folder: Path,
    overlay: Path = BASE,
    *,
    until: Callable[[RunningGuard], None] = await_ready,
    **instead: str,
) -> Iterator[Behind]:
    """Run a guard as the installed Deployment says, with the token of its account. Skips who may not take port 443.

    ``until`` returns once it is as the test wants it.
    ``instead`` has values of options that name a file of the pod, by the option with underscores.
    """
    host = service_address(control_plane)
    command = _command(control_plane, built(control_plane, overlay), folder, {"host": host} | instead)
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stderr is not None
    try:
        first = json.loads(process.stderr.readline() or "{}")
        if "ermission" in str(first):
            pytest.skip("only root may listen on port 443, which is the Service's")
        assert first.get("event") == "listening", first
        guard = RunningGuard(process, first["address"], first["health"], folder / "ca.crt")
        until(guard)
        yield Behind(control_plane, guard, host)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _command(control_plane: ControlPlane, found: list[Json], folder: Path, given: dict[str, str]) -> list[str]:
    policy = folder / "policy.yaml"
    policy.write_text(one_of(found, "ConfigMap", f"{NAME}-policy")["data"]["policy.yaml"])
    (container,) = one_of(found, "Deployment")["spec"]["template"]["spec"]["containers"]
    instead = {f"--{name.replace('_', '-')}": value for name, value in ({"policy": str(policy)} | given).items()}
    options = [one.partition("=") for one in container["args"]]
    arguments = [f"{name}{sign}{instead.get(name, value)}" for name, sign, value in options]
    token = control_plane.kubectl("create", "token", NAME, f"--namespace={NAME}").stdout
    kubeconfig = control_plane.kubeconfig_for(token.strip())
    # What the program finds out by itself in a pod: where the API server is, who it is, and that it is in a cluster.
    inside = ["--kubeconfig", str(kubeconfig), "--namespace", NAME, "--tls=self", "--inventory=cluster"]
    inside += ["--report-access=token"]  # not on loopback alone, as here
    return [sys.executable, "-m", "webhook", *arguments, *inside, "--port=443"]
