"""An evening with the README: its commands as they are written, in their order, on a cluster of its own.

A report is of a whole cluster, so the one that tests share would not do.
"""

import json
import os
import pty
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import Filling, age_pods, fill
from tests.cluster.manifests.behind_service import behind_service
from tests.cluster.manifests.installing import left_behind
from tests.cluster.manifests.overlays import MANIFESTS
from tests.cluster.upgrades.kinds import ALI, asking, define
from tests.documents.reading import console_lines
from tests.server.running_guard import ROOT

BASH = shutil.which("bash") or "bash"
ELSEWHERE = {"make run", "make setup", "make image", "docker push"}
"""They make what this test runs in, or need a registry; tests/image builds the image."""


@dataclass
class Newcomer:
    """Somebody with the README, a shell in a clone, and a kubeconfig."""

    cluster: ControlPlane
    programs: Path
    """kubectl, and a terraform that says what it was asked for."""
    left: list[str] = field(default_factory=lambda: console_lines((ROOT / "README.md").read_text()))

    def line(self, beginning: str) -> str:
        """Take the README's command that begins so."""
        (found,) = [line for line in self.left if line.startswith(beginning)]
        self.left.remove(found)
        return found

    def types(self, *beginnings: str) -> subprocess.CompletedProcess[str]:
        """Run commands of the README, one after the other in one shell."""
        return subprocess.run(
            [BASH, "-c", "\n".join(map(self.line, beginnings))],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            timeout=120,
        )

    def begins(self, beginning: str) -> subprocess.Popen[str]:
        """Run a command that takes a while."""
        return subprocess.Popen(
            [BASH, "-c", self.line(beginning)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def agrees(self, beginning: str, folder: Path) -> int:
        """Run a command in a terminal, say yes to what it asks, and return its exit code."""
        mine, its = pty.openpty()
        command = [BASH, "-c", f"cd {folder}; {ROOT}/{self.line(beginning)}"]
        with subprocess.Popen(command, env=self.environment, stdin=its, stdout=its, stderr=its) as process:
            os.close(its)
            os.write(mine, b"yes\n")
            try:
                while os.read(mine, 65536):
                    pass
            except OSError:
                pass  # how Linux says that nobody has the other end
            os.close(mine)
            return process.wait()

    @property
    def environment(self) -> dict[str, str]:
        path = f"{self.programs}:{os.environ['PATH']}"
        return os.environ | {"PATH": path, "KUBECONFIG": str(self.cluster.kubeconfig)}


@pytest.fixture
def newcomer(tmp_path_factory: pytest.TempPathFactory, cluster_of_its_own: ControlPlane) -> Newcomer:
    programs = tmp_path_factory.mktemp("programs")
    (programs / "kubectl").symlink_to(cluster_of_its_own.kubectl_program)
    (programs / "terraform").write_text('#!/bin/sh\necho "terraform $*"\n')
    (programs / "terraform").chmod(0o755)
    return Newcomer(cluster_of_its_own, programs)


def old_pods(cluster: ControlPlane, namespace: str) -> None:
    fill(cluster, Filling(workloads=2, pods_each=2, namespaces=(namespace,)))
    assert age_pods(cluster, namespace, "1.0.0") == 4


@pytest.mark.timeout(240, func_only=True)
def test_every_command_of_the_readme_does_what_it_says(newcomer: Newcomer, tmp_path: Path) -> None:
    cluster, guard = newcomer.cluster, ".venv/bin/eci-upgrade-guard"
    old_pods(cluster, "shop")

    report = newcomer.types(f"{guard} report", "echo $?")
    assert report.stdout.startswith("Not ready: 4 of 4 ECI pods cannot run under Kubernetes 1.26\n"), report.stderr
    assert report.stdout.endswith("\n3\n")

    with newcomer.begins(f"{guard} gate") as gate:
        assert newcomer.agrees(f"{guard} recreate", tmp_path) == 0
        assert gate.communicate(timeout=60)[0] == "terraform apply\n"

    define(cluster)
    cluster.kubectl("create", "namespace", "fleet")
    upgrade = asking(ALI, "fleet", 24) | {"metadata": {"name": "prod", "namespace": "fleet"}}
    cluster.kubectl("create", "-f", "-", input=json.dumps(upgrade))
    old_pods(cluster, "later")
    installed = newcomer.types("kubectl apply -k manifests/examples/overlays/first-days", "kubectl rollout status")
    assert "successfully rolled out" in installed.stdout, installed.stderr
    assert newcomer.types("kubectl apply -k").returncode == 0
    with behind_service(cluster, tmp_path, MANIFESTS / "examples/overlays/production"):
        trial = ["patch", "aliclusterconfigs", "prod", "--namespace=fleet", "--type=merge", "--dry-run=server"]
        trial += ["--patch", json.dumps(ALI.asking_for(26))]
        cluster.wait_until("the guard to be called", lambda: "denied" in cluster.kubectl(*trial, check=False).stderr)
        said = newcomer.types("kubectl patch").stderr.splitlines()
        assert "asks for Kubernetes 1.26 (spec.kubernetesVersion, 1.24 runs): 4 ECI pods in 2 workloads" in said[0]
        assert {line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("Next: ")} <= set(
            said
        )

        assert newcomer.types(f"{guard} check").returncode == 3
        newcomer.types("kubectl delete validatingwebhookconfiguration")
        assert "patched" in cluster.kubectl(*trial).stdout
    assert newcomer.types("kubectl delete --ignore-not-found").returncode == 0
    assert left_behind(cluster) == []
    assert {" ".join(line.split()[:2]) for line in newcomer.left} == ELSEWHERE
