"""The guard as its manifests install it, and a person in front of it who has the runbook and nothing else."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import yaml

from tests.cluster.control_plane import ControlPlane
from tests.cluster.guarding import await_ready, write_policy
from tests.cluster.manifests.behind_service import behind_service
from tests.cluster.manifests.installing import NAME
from tests.cluster.programs import find_programs
from tests.cluster.runbook.kubelet import PodLog
from tests.cluster.upgrades.kinds import ALI, asking
from tests.documents.reading import console_lines
from tests.monitoring.published import RUNBOOK, sections
from tests.server.running_guard import ROOT, RunningGuard

_SECTIONS = sections(RUNBOOK)
_WITHIN = 60
"""Seconds for a command."""


@dataclass(kw_only=True)
class Night:
    """One guard behind its Service, and whoever looks after it."""

    control_plane: ControlPlane
    namespace: str
    """Where the pods and the object that asks for an upgrade are."""
    overlay: Path
    desk: Path
    """Where the person types, with the policy that is kept there."""
    mounted: Path
    """What the pods of the guard have of their ConfigMap."""
    log: PodLog
    guard: RunningGuard | None = None
    _running: ExitStack = field(default_factory=ExitStack)

    def follow(self, section: str) -> list[str]:
        """Type the commands of a section as they stand there; return what each prints."""
        return [self.type(line) for line in console_lines(_SECTIONS[section])]

    def type(self, line: str) -> str:
        """Type a command, with our names in place of those that the runbook cannot know."""
        with self._forwarded() if "localhost:8080" in line else nullcontext("8080") as port:
            line = line.replace("NAMESPACE", self.namespace).replace("localhost:8080", f"localhost:{port}")
            with self._shell(line, stderr=subprocess.PIPE) as typed:
                output, errors = typed.communicate(timeout=_WITHIN)
        return output + errors

    @contextmanager
    def _forwarded(self) -> Iterator[str]:
        """Do what the runbook says has to run beside curl, at whatever port is free here."""
        (command,) = re.findall(r"`(kubectl port-forward [^`]+) 8080`", RUNBOOK)
        with self._shell(f"exec {command} :8080") as beside:
            assert beside.stdout is not None
            try:
                yield re.findall(r":(\d+) ->", beside.stdout.readline())[0]
            finally:
                beside.kill()

    def _shell(self, line: str, stderr: int | None = None) -> subprocess.Popen[str]:
        programs = [str(find_programs(self.control_plane.version)["kubectl"].parent), str(Path(sys.executable).parent)]
        path = os.pathsep.join([*programs, os.environ["PATH"]])
        env = {"PATH": path, "HOME": str(self.desk), "KUBECONFIG": str(self.control_plane.kubeconfig)}
        command = ["/bin/sh", "-c", line]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True, cwd=self.desk, env=env)

    def upgrade(self) -> str:
        """Ask for the upgrade, up to where it would be stored; return what is answered."""
        patch = json.dumps({"spec": asking(ALI, self.namespace, 26)["spec"]})
        asked = ["patch", ALI.name, self.namespace, f"--namespace={self.namespace}", "--type=merge", f"--patch={patch}"]
        done = self.control_plane.kubectl(*asked, "--dry-run=server", check=False)
        return done.stdout + done.stderr

    def start(self, until: Callable[[RunningGuard], None] = await_ready) -> None:
        """Have the guard started anew."""
        self.stop()
        behind = behind_service(
            self.control_plane, self.mounted.parent, self.overlay, until=until, policy=str(self.mounted)
        )
        self.guard = self._running.enter_context(behind).guard
        assert self.guard.process.stderr is not None
        self.log.file.write_text("")
        self.log.follow(self.guard.process.stderr)

    def stop(self) -> None:
        """Have it end at once, as when its node is lost."""
        self._running.close()

    def start_in_vain(self) -> None:
        """Have another replica started that cannot; the log has what it says."""
        command = [sys.executable, "-m", "webhook", "serve", f"--policy={self.mounted}", "--port=0", "--health-port=0"]
        self.log.add(
            subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=_WITHIN, check=False).stderr
        )

    def apply_policy(self, **spec: Any) -> None:
        """Write a policy, and bring it into the cluster, and from there to the guard, as a kubelet does."""
        objects = [{"namespace": self.namespace}]
        write_policy(self.desk, thisCluster={"version": "1.24", "objects": objects}, **spec)
        made = self.type(
            f"kubectl create configmap -n {NAME} {NAME}-policy --from-file=policy.yaml --dry-run=client -o yaml"
        )
        self.control_plane.kubectl("apply", "-f", "-", input=made)
        self.mounted.write_text(yaml.safe_load(made)["data"]["policy.yaml"])

    def await_told(self, text: str) -> None:
        """Return once the guard says it of itself."""
        assert self.guard is not None
        asked = f"{self.guard.health}/readyz?verbose"
        self.control_plane.wait_until(f"{text!r}", lambda: text in httpx2.get(asked, trust_env=False).text)
