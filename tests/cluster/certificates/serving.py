"""The real program with certificates of its own making, as a process, registered with a real API server."""

import json
import secrets
import ssl
import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from tests.cluster.calls import Caller
from tests.cluster.certificates.keeping import CONFIGURATIONS, NEEDED, Right, account_with
from tests.cluster.certificates.registering import Configuration, configuration, document
from tests.cluster.control_plane import ControlPlane
from tests.cluster.guarding import await_ready, write_policy
from tests.cluster.registration import PODS
from tests.server.running_guard import ON_EXAMPLES, ROOT, RunningGuard

SERVICE = "guard"
CONFIG_MAP = f"{SERVICE}-ca"
"""As the program calls it by the name of its Service."""


@dataclass(frozen=True)
class Called(Caller):
    """A guard that is called for the pods of one namespace."""

    guard: RunningGuard
    configuration: Configuration
    spellings: Iterator[str] = field(
        default_factory=lambda: map("".join, product(*zip("localhost", "LOCALHOST", strict=True)))
    )
    """Of a name that the certificate is for."""

    @property
    def address(self) -> tuple[str, int]:
        parts = urlsplit(self.guard.tls)
        assert parts.hostname
        assert parts.port
        return parts.hostname, parts.port

    def call_anew(self) -> None:
        """Have the API server call it by another name, and so by new connections, with a handshake each.

        Those to a name that it has it keeps, and would not meet another leaf. How a name is spelt makes it another.
        """
        url = f"https://{next(self.spellings)}:{self.address[1]}/validate"
        self.configuration.patch("/webhooks/0/clientConfig/url", url)

    def wake(self) -> None:
        """Have the guard look now and not within a minute: by any change of the configuration."""
        self.configuration.patch("/metadata/annotations", {"changed": secrets.token_hex(4)})

    def leaf(self) -> x509.Certificate:
        """Return what is served now."""
        return x509.load_pem_x509_certificate(ssl.get_server_certificate(self.address).encode())

    def authority(self) -> x509.Certificate:
        """Return whoever signed it, of those who are to be trusted."""
        leaf = self.leaf()
        trusted = x509.load_pem_x509_certificates(self.bundle().encode())
        (signer,) = [one for one in trusted if _signed(one, leaf)]
        return signer

    def bundle(self) -> str:
        """Return whom to trust, as the ConfigMap has it."""
        with self.control_plane.client() as client:
            found = client.get(f"/api/v1/namespaces/{self.namespace}/configmaps/{CONFIG_MAP}").raise_for_status()
        return str(found.json()["data"]["ca.crt"])

    def rotate(self, which: str) -> None:
        """Do as an administrator does."""
        options = ["--kubeconfig", str(self.control_plane.kubeconfig), "--namespace", self.namespace]
        command = [sys.executable, "-m", "webhook", "certs", "rotate", which, *options, "--service", SERVICE]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=30)


@contextmanager
def called(
    control_plane: ControlPlane, namespace: str, folder: Path, rights: Collection[Right] = NEEDED
) -> Iterator[Called]:
    """Run a guard that has these rights, and register it."""
    kubeconfig = account(control_plane, namespace, rights)
    with serving(kubeconfig, namespace, folder) as guard, registered_at(guard.tls, control_plane, namespace) as known:
        await_ready(guard)
        yield Called(control_plane, namespace, guard, known)


def account(control_plane: ControlPlane, namespace: str, rights: Collection[Right] = NEEDED) -> Path:
    """Make an account that may keep certificates by the names that the program gives them, and return a kubeconfig."""
    kubeconfig = account_with(control_plane, namespace, rights)
    grant(control_plane, namespace, "get,patch", f"configmaps/{CONFIG_MAP}")
    return kubeconfig


@contextmanager
def registered_at(address: str, control_plane: ControlPlane, namespace: str) -> Iterator[Configuration]:
    """Have what serves there called for the pods of the namespace. Nobody but a guard itself says whom to trust."""
    with configuration(control_plane, namespace) as registered:
        registered.apply(
            document(
                namespace,
                {"pods.x.io": ""},
                clientConfig={"url": f"{address}/validate"},
                rules=PODS["rules"],
                namespaceSelector={"matchLabels": {"kubernetes.io/metadata.name": namespace}},
                failurePolicy="Fail",
                timeoutSeconds=5,
            )
        )
        yield registered


def grant(control_plane: ControlPlane, namespace: str, verbs: str, what: str) -> None:
    """Let the accounts of the namespace do this to one object, and return once they may."""
    resource, _, name = what.partition("/")
    scope, where = ("clusterrole", []) if resource == CONFIGURATIONS else ("role", ["-n", namespace])
    role, group = f"{namespace}-{secrets.token_hex(3)}", f"system:serviceaccounts:{namespace}"
    kubectl = control_plane.kubectl
    rule = [f"--verb={verbs}", f"--resource={resource}", f"--resource-name={name}"]
    kubectl("create", scope, role, *rule, *where)
    kubectl("create", f"{scope}binding", role, f"--{scope}={role}", f"--group={group}", *where)
    asked = ["auth", "can-i", verbs.rpartition(",")[2], what, "--as=anybody", f"--as-group={group}", *where]
    control_plane.wait_until(f"the right to {what}", lambda: kubectl(*asked, check=False).returncode == 0)


@contextmanager
def serving(
    kubeconfig: Path, namespace: str, folder: Path, *options: str, inventory: Sequence[str] = ON_EXAMPLES
) -> Iterator[RunningGuard]:
    """Run a guard that keeps its certificates in the namespace."""
    command = [sys.executable, "-m", "webhook", "serve", "--policy", str(write_policy(folder)), *inventory, *options]
    command += ["--port", "0", "--health-port", "0", "--tls", "self", "--kubeconfig", str(kubeconfig)]
    command += ["--namespace", namespace, "--service", SERVICE, "--webhook-configuration", namespace]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stderr is not None
    try:
        first = json.loads(process.stderr.readline())
        assert first["event"] == "listening", first
        yield RunningGuard(process, first["address"], first["health"], folder / "ca.crt")
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def _signed(authority: x509.Certificate, leaf: x509.Certificate) -> bool:
    try:
        leaf.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError):  # the latter where it bears another's name
        return False
    return True
