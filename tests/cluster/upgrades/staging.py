"""A cluster on the eve of its upgrade: kinds that ask for one, pods that would not survive it, a guard in the way."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import Filling, age_pods, fill
from tests.cluster.guarding import guarding, report_of, write_policy
from tests.cluster.registration import registered
from tests.cluster.upgrades.kinds import Kind, asking
from tests.server.running_guard import RunningGuard
from webhook.admission.registration.entries import entries_for
from webhook.policy.document.reading import read_policy
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.policy import Policy

Json = dict[str, Any]


@dataclass(frozen=True)
class Eve:
    """What a test has to do with."""

    control_plane: ControlPlane
    namespace: str
    guard: RunningGuard

    def kubectl(
        self, *arguments: str, obj: Json | None = None, user: str = "", check: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Do as a person does; ``user`` is whom the administrator plays."""
        given = [*arguments, *(["-f", "-"] if obj else []), *([f"--as={user}"] if user else [])]
        return self.control_plane.kubectl(*given, input=json.dumps(obj) if obj else None, check=check)

    def patch(self, kind: Kind, patch: Json, *options: str, **how: Any) -> subprocess.CompletedProcess[str]:
        """Change the object of this kind."""
        where = ["-n", self.namespace] if kind.scope == "Namespaced" else []
        name = [kind.name, self.namespace]
        return self.kubectl("patch", *name, *where, "--type=merge", "-p", json.dumps(patch), *options, **how)

    def rise(self, kind: Kind, minor: int, **how: Any) -> subprocess.CompletedProcess[str]:
        """Ask for another version, as a change of what is there."""
        changed = asking(kind, self.namespace, minor)
        return self.patch(kind, {"spec": changed["spec"]}, **how)

    def readiness(self, target: str = "1.26") -> str:
        return str(report_of(self.guard, target=target)["readiness"])

    def await_readiness(self, wanted: str) -> None:
        self.control_plane.wait_until(f"readiness {wanted}", lambda: self.readiness() == wanted)

    def age(self) -> None:
        """Let the pods have run for years."""
        assert age_pods(self.control_plane, self.namespace, "1.0.0") > 0
        self.await_readiness("NotReady")

    def recreate(self) -> None:
        """Do the work that is asked for."""
        self.control_plane.kubectl("delete", "pods", "--all", "-n", self.namespace, "--wait=false")
        self.await_readiness("Ready")


def upgrade_webhooks(policy: Policy, kubernetes: str) -> list[Json]:
    """What ``export webhook-configuration`` registers for upgrades, without what a test has its own of."""
    return [
        {"name": entry.name, "rules": list(entry.rules)}
        | (
            {"matchConditions": [{"name": name, "expression": cel} for name, cel in entry.conditions.items()]}
            if entry.conditions
            else {}
        )
        for entry in entries_for(policy, KubernetesVersion.parse(kubernetes))
        if entry.name.startswith("upgrade")
    ]


@contextmanager
def eve(
    control_plane: ControlPlane, namespace: str, folder: Path, *options: str, pods: int = 2, **spec: Any
) -> Iterator[Eve]:
    """Stage it: all pods of the cluster are fit, and those of the namespace are there to be aged."""
    claims = [{"namespace": namespace}, {"name": namespace}]
    given = {"thisCluster": {"version": "1.24", "objects": claims}} | spec
    webhooks = upgrade_webhooks(read_policy(write_policy(folder, **given).read_bytes()), control_plane.version)
    with ExitStack() as stack:
        known = ["--webhook-configuration", namespace, *options]
        guard = stack.enter_context(guarding(control_plane, folder, *known, **given))
        stack.enter_context(registered(control_plane, namespace, guard, *webhooks))
        fill(control_plane, Filling(workloads=1, pods_each=pods, namespaces=(namespace,)))
        staged = Eve(control_plane, namespace, guard)
        staged.await_readiness("Ready")  # pods of other tests go in their own time
        yield staged
