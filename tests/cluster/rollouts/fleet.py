"""Replicas of the guard behind a balancer, replaced as a Deployment does it: a new one comes, then an old one goes."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.cluster.calls import Caller
from tests.cluster.certificates.serving import account, registered_at, serving
from tests.cluster.control_plane import ControlPlane
from tests.cluster.guarding import answers_in, await_ready
from tests.cluster.rollouts.balancer import Balancer, balancing
from tests.server.running_guard import RunningGuard

LAG = 2.0
"""Seconds until it is known everywhere that a replica is ready, or ends."""


@dataclass(frozen=True)
class Fleet(Caller):
    """Replicas that share an authority. The API server calls them through a balancer."""

    balancer: Balancer
    kubeconfig: Path
    folder: Path
    drain_delay: int
    """Seconds."""
    running: ExitStack
    replicas: list[RunningGuard] = field(default_factory=list)
    """The oldest first."""
    answers: Counter[str] = field(default_factory=Counter)
    """Of those that were told to end, and did."""
    starts: list[float] = field(default_factory=list)
    """Seconds from the start of each until it was ready."""

    def start(self) -> None:
        """Start a replica, and return when it was found ready. That is not known everywhere then."""
        folder = self.folder / str(len(self.starts))
        folder.mkdir()
        options = ("--drain-delay", str(self.drain_delay))
        began = time.monotonic()
        guard = self.running.enter_context(
            serving(self.kubeconfig, self.namespace, folder, *options, inventory=("--inventory", "cluster"))
        )
        await_ready(guard)
        self.starts.append(time.monotonic() - began)
        self.balancer.add(guard)
        self.replicas.append(guard)
        self.control_plane.wait_until("the replica to be found ready", lambda: self.balancer.found_ready(guard))

    def await_known(self) -> None:
        """Return when it is known everywhere who is there."""
        self.control_plane.wait_until("all replicas to be known", lambda: self.balancer.sends_to() == self.replicas)

    def retire(self) -> None:
        """Tell the oldest replica to end, just when the cluster begins to spread that, and wait until it has."""
        guard = self.replicas.pop(0)
        self.balancer.withdraw(guard)
        code, log = guard.stop()
        assert code == 0
        self.answers.update(answers_in(log))

    def kill(self) -> tuple[float, float]:
        """Kill the oldest replica, and tell when it was alive for the last time, and when it was surely gone."""
        guard = self.replicas.pop(0)
        alive = time.monotonic()
        guard.process.kill()
        guard.process.wait()
        return alive, time.monotonic()

    def roll(self) -> None:
        """Replace every replica, one after the other."""
        for _ in self.replicas[:]:
            self.start()
            self.retire()


@contextmanager
def fleet(control_plane: ControlPlane, namespace: str, folder: Path, *, drain_delay: int) -> Iterator[Fleet]:
    """Register a fleet of none yet; what is left of it ends with the block."""
    kubeconfig = account(control_plane, namespace)
    group = f"system:serviceaccounts:{namespace}"
    role, whom = ("clusterrolebinding", f"{namespace}-view"), f"--group={group}"
    control_plane.kubectl("create", *role, "--clusterrole=view", whom)
    try:
        asked = ("auth", "can-i", "watch", "pods", "--all-namespaces", "--as=anybody", f"--as-group={group}")
        control_plane.wait_until(
            "the right to watch", lambda: control_plane.kubectl(*asked, check=False).returncode == 0
        )
        with (
            balancing(LAG) as balancer,
            registered_at(balancer.address, control_plane, namespace),
            ExitStack() as running,
        ):
            yield Fleet(control_plane, namespace, balancer, kubeconfig, folder, drain_delay, running)
    finally:
        control_plane.kubectl("delete", *role)
