"""What kubectl asks a kubelet: the log of the guard's pods, and their ports, lead to the program behind the Service.

The nodes are played, so nobody answers there. A KWOK of its own, which plays no node, takes over that part.
"""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import yaml

from tests.cluster.command_lines import STAGES
from tests.cluster.control_plane import ControlPlane
from tests.cluster.manifests.installing import NAME
from tests.cluster.nodes import ORDINARY_NODES
from tests.cluster.processes import start
from tests.cluster.programs import find_programs

_HEALTH = 8080


@dataclass(frozen=True)
class PodLog:
    """The log of the guard's pods, as a container runtime keeps it."""

    file: Path

    def follow(self, lines: IO[str]) -> None:
        """Take up what a program says from now on, until it ends."""
        threading.Thread(target=self._take, args=[lines], daemon=True).start()

    def add(self, text: str) -> None:
        """Take up what a program said."""
        with self.file.open("a", encoding="utf-8") as log:
            log.writelines(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ} stderr F {line}\n" for line in text.splitlines())

    def _take(self, lines: IO[str]) -> None:
        with suppress(ValueError):  # whoever ended the program may have closed them
            for line in lines:
                self.add(line)


@contextmanager
def kubelet(control_plane: ControlPlane, host: str, folder: Path) -> Iterator[PodLog]:
    """Answer for the ordinary nodes, whose pods are those of the guard, which listens at ``host``."""
    log = PodLog(folder / "pods.log")
    log.file.touch()
    config = folder / "kubelet.yaml"
    config.write_text(yaml.safe_dump_all(_answers(log.file, host)))
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
    command = [
        str(find_programs(control_plane.version)["kwok"]),
        f"--kubeconfig={control_plane.kubeconfig}",
        f"--config={STAGES},{config}",
        "--manage-all-nodes=false",
        "--manage-nodes-with-annotation-selector=played.by=nobody",
        f"--server-address=127.0.0.1:{port}",
        f"--tls-cert-file={control_plane.certificate}",
        f"--tls-private-key-file={control_plane.credentials.key}",
    ]
    process = start("kubelet", command, folder / "kubelet.log")
    try:
        addresses = [{"type": "InternalIP", "address": "127.0.0.1"}]
        status = {"addresses": addresses, "daemonEndpoints": {"kubeletEndpoint": {"Port": port}}}
        for node in ORDINARY_NODES:
            patch = json.dumps({"status": status})
            control_plane.kubectl("patch", "node", node, "--subresource=status", "--type=merge", f"--patch={patch}")
        yield log
    finally:
        process.kill()


def _answers(log: Path, host: str) -> Iterator[dict[str, Any]]:
    common = {"apiVersion": "kwok.x-k8s.io/v1alpha1", "metadata": {"name": NAME}}
    selector = {"matchNamespaces": [NAME]}
    yield common | {"kind": "ClusterLogs", "spec": {"selector": selector, "logs": [{"logsFile": str(log)}]}}
    forwards = [{"ports": [_HEALTH], "target": {"address": host, "port": _HEALTH}}]
    yield common | {"kind": "ClusterPortForward", "spec": {"selector": selector, "forwards": forwards}}
