"""The real program with certificates of its own making, as a process, and a real API server that calls it on and on."""

import json
import secrets
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise, product
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
from cryptography import x509
from cryptography.exceptions import InvalidSignature

from tests.cluster.admission.objects import new_pod
from tests.cluster.certificates.keeping import CONFIGURATIONS, NEEDED, Right, account_with
from tests.cluster.certificates.registering import Configuration, configuration, document
from tests.cluster.control_plane import ControlPlane
from tests.cluster.guarding import await_ready, write_policy
from tests.cluster.registration import PODS
from tests.server.running_guard import ON_EXAMPLES, ROOT, RunningGuard

SERVICE = "guard"
CONFIG_MAP = f"{SERVICE}-ca"
"""As the program calls it by the name of its Service."""
_THREADS = 4
"""That make calls, so that one which has to wait holds up no others."""


@dataclass(frozen=True)
class Called:
    """A guard that an API server calls for the pods of one namespace. If it does not answer, no pod is created."""

    control_plane: ControlPlane
    namespace: str
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

    def create(self, client: httpx2.Client, platform_version: str = "1.1.0") -> httpx2.Response:
        """Create a pod, up to where it would be stored."""
        path = f"/api/v1/namespaces/{self.namespace}/pods"
        return client.post(path, params={"dryRun": "All"}, json=new_pod("web", platform_version))

    def await_calls(self) -> None:
        """Return when the guard is heard: nobody else refuses a pod that is too old."""
        with self.control_plane.client() as client:
            self.control_plane.wait_until(
                "the guard to be called", lambda: self.create(client, "1.0.0").status_code == httpx2.codes.FORBIDDEN
            )

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
    """Run a guard that has these rights, and register it. Nobody but the guard itself says whom to trust."""
    kubeconfig = account_with(control_plane, namespace, rights)
    grant(control_plane, namespace, "get,patch", f"configmaps/{CONFIG_MAP}")
    with _serving(kubeconfig, namespace, folder) as guard, configuration(control_plane, namespace) as registered:
        await_ready(guard)
        registered.apply(
            document(
                namespace,
                {"pods.x.io": ""},
                clientConfig={"url": f"{guard.tls}/validate"},
                rules=PODS["rules"],
                namespaceSelector={"matchLabels": {"kubernetes.io/metadata.name": namespace}},
                failurePolicy="Fail",
                timeoutSeconds=5,
            )
        )
        yield Called(control_plane, namespace, guard, registered)


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
def _serving(kubeconfig: Path, namespace: str, folder: Path) -> Iterator[RunningGuard]:
    command = [sys.executable, "-m", "webhook", "serve", "--policy", str(write_policy(folder)), *ON_EXAMPLES]
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


@dataclass
class Load:
    """What became of calls, while they go on and afterwards."""

    failures: list[str] = field(default_factory=list)
    """What was answered to each call that failed."""
    spans: list[tuple[float, float]] = field(default_factory=list)
    """When each call began and ended, by a clock that never runs back."""

    @property
    def calls(self) -> int:
        return len(self.spans)

    def __str__(self) -> str:
        ended = sorted(end for _, end in self.spans)
        slowest = max(end - begin for begin, end in self.spans)
        pause = max(after - before for before, after in pairwise(ended))  # everybody may have to wait, and none fail
        return (
            f"{self.calls} calls in {ended[-1] - ended[0]:.0f} s, {len(self.failures)} failed, the slowest took "
            f"{slowest * 1000:.0f} ms, and at most {pause * 1000:.0f} ms went by without an answer"
        )

    def take(self, call: Callable[[], httpx2.Response]) -> None:
        """Make one call."""
        began = time.monotonic()
        try:
            answer = call()
            if not answer.is_success:
                self.failures.append(f"{answer.status_code}: {answer.text}")
        except httpx2.HTTPError as error:
            self.failures.append(repr(error))
        self.spans.append((began, time.monotonic()))


@contextmanager
def load(call: Callable[[], httpx2.Response], a_second: float) -> Iterator[Load]:
    """Make so many calls a second, until the block ends."""
    known, over = Load(), threading.Event()

    def go_on(place: int) -> None:
        pause = _THREADS / a_second
        due = time.monotonic() + pause * place / _THREADS
        while not over.wait(max(0.0, due - time.monotonic())):
            known.take(call)
            due = max(due + pause, time.monotonic() - pause)  # what was missed is not made up for by a storm

    with ThreadPoolExecutor(_THREADS) as threads:
        going = [threads.submit(go_on, place) for place in range(_THREADS)]
        try:
            yield known
        finally:
            over.set()
    for one in going:
        one.result()
