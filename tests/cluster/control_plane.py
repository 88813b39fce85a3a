"""A control plane that runs on loopback, and what a test does with it and to it."""

import base64
import signal
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import msgspec
from msgspec import structs

from tests.cluster.command_lines import COMMANDS, Settings
from tests.cluster.credentials import Credentials
from tests.cluster.keeper import dismiss
from tests.cluster.processes import Process, start
from tests.cluster.records import end_all, read_record, write_record

_PATIENCE = 60.0
"""Seconds in which a program must be ready: ten times what two cores need."""
_TICK = 0.05


class NotReady(Exception):
    """Raised when what was started runs, but did not become ready in time."""


class ControlPlane:
    """One that runs. Everything of it is in the folder ``state``: credentials, data, logs, and who runs."""

    def __init__(self, state: Path) -> None:
        """Take up the one that was started in ``state``. Raises FileNotFoundError where none was."""
        self.state = state
        self._record = read_record(state)
        self._audit_log = state / "log" / "audit.log"
        self.credentials = Credentials(state / "credentials")
        self.keeper: subprocess.Popen[bytes] | None = None
        """Ends it if we do not; none for one that is to outlive us."""

    def stop(self) -> None:
        """End all that runs of it, at once. Its folder stays."""
        end_all(read_record(self.state))
        if self.keeper:
            dismiss(self.keeper)

    @property
    def version(self) -> str:
        """Of Kubernetes, as "1.37"."""
        return self._record.version

    @property
    def server(self) -> str:
        """The API server's address."""
        return f"https://127.0.0.1:{self._record.ports['secure']}"

    @property
    def kubectl_program(self) -> Path:
        """Of the same version."""
        return self._record.programs["kubectl"]

    @property
    def certificate(self) -> Path:
        """What clients trust."""
        return self.credentials.certificate

    @property
    def kubeconfig(self) -> Path:
        """With the contexts "admin", which is current, and "user", who may do nothing."""
        return self.credentials.kubeconfig("admin")

    @property
    def admin_token(self) -> str:
        """Of the user "admin"."""
        return self.credentials.admin_token()

    def kubeconfig_for(self, token: str) -> Path:
        """Return a kubeconfig for whose token it is: a service account's, say, from ``kubectl create token``."""
        return self.credentials.write_kubeconfig(self.server, token)

    def client(self, token: str | None = None, **options: Any) -> httpx2.Client:
        """Return a client of the API server for the administrator, or for whose ``token`` it is."""
        return httpx2.Client(
            base_url=self.server,
            headers={"Authorization": f"Bearer {token or self.admin_token}"},
            verify=ssl.create_default_context(cafile=str(self.certificate)),
            trust_env=False,  # no proxy leads to loopback
            **{"timeout": 30} | options,
        )

    def kubectl(
        self,
        *arguments: str,
        input: str | None = None,  # noqa: A002 -- as in subprocess.run
        check: bool = True,
        user: str | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run kubectl as the administrator, or in the context ``user``. Raises CalledProcessError with what it said."""
        command = [str(self.kubectl_program), f"--kubeconfig={self.kubeconfig}"]
        command += [f"--cache-dir={self.state / 'kubectl'}", *([f"--context={user}"] if user else []), *arguments]
        done = subprocess.run(command, input=input, capture_output=True, text=True, timeout=_PATIENCE, check=False)
        if check and done.returncode:
            error = subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
            error.add_note(done.stderr)
            raise error
        return done

    def audit_events(self) -> Iterator[dict[str, Any]]:
        """Yield what the API server wrote down about requests for changes (``audit.yaml``), the oldest first."""
        with self._audit_log.open("rb") as lines:
            yield from (
                msgspec.json.decode(line) for line in lines if line.endswith(b"\n")
            )  # the last may be on its way

    def stop_api_server(self) -> None:
        """End the API server at once, as a machine that fails: asked to end, it lets watches go on for a minute."""
        processes = self.processes()
        processes.pop("kube-apiserver").kill()
        self._write_down(processes)  # it is not missed: that is what whoever waits now means to see

    def start_api_server(self) -> None:
        """Start it again, at the same port, with the same data. Returns when it is ready."""
        self.start_program("kube-apiserver")
        self.await_api_server()

    def pause_api_server(self) -> None:
        """Make it silent: connections are taken by the kernel, and nobody answers."""
        self.processes()["kube-apiserver"].send(signal.SIGSTOP)

    def resume_api_server(self) -> None:
        """Let it go on."""
        self.processes()["kube-apiserver"].send(signal.SIGCONT)

    def compact_etcd(self) -> None:
        """Make etcd forget all revisions before the current one.

        What the API server has seen it still answers from its own memory: watches on both versions, and on 1.37 lists
        of an exact revision too. ``forget_history`` empties that as well.
        """
        with httpx2.Client(base_url=f"http://127.0.0.1:{self._record.ports['etcd']}", trust_env=False) as client:
            any_key = {"key": base64.b64encode(b"any").decode()}
            revision = client.post("/v3/kv/range", json=any_key).raise_for_status().json()["header"]["revision"]
            compaction = {"revision": revision, "physical": True}
            answer = client.post("/v3/kv/compaction", json=compaction)
            if "has been compacted" not in answer.text:  # nothing was written since the last time
                answer.raise_for_status()

    def forget_history(self) -> None:
        """Compact etcd under an API server that is started anew: whatever was listed before is "too old" then."""
        self.stop_api_server()
        self.compact_etcd()
        self.start_api_server()

    def wait_until(self, what: str, is_so: Callable[[], bool], patience: float = _PATIENCE) -> None:
        """Ask again and again until it is so. Raises NotReady after ``patience`` seconds, Died if a program has ended.

        ``what`` is worded as in "waited 60 s in vain for …".
        """
        latest = time.monotonic() + patience
        while not is_so():
            for process in self.processes().values():
                process.check()
            if time.monotonic() > latest:
                raise NotReady(f"waited {patience:.0f} s in vain for {what}; the logs are in {self.state / 'log'}")
            time.sleep(_TICK)

    def processes(self) -> dict[str, Process]:
        """Return its programs by name, as whoever started one last wrote them down."""
        return read_record(self.state).processes

    def await_api_server(self) -> None:
        """Return when it answers that it is ready. Raises NotReady, Died."""
        with self.client(timeout=5) as client:
            self.wait_until("the API server to be ready", lambda: _answers(client, "/readyz"))

    def start_program(self, name: str) -> None:
        """Start a program of it anew, and write down that it runs."""
        settings = Settings(
            programs=self._record.programs,
            data=self.state / "etcd",
            audit_log=self._audit_log,
            credentials=self.credentials,
            **self._record.ports,
        )
        process = start(name, COMMANDS[name](settings), self.state / "log" / f"{name}.log")
        self._write_down(self.processes() | {name: process})

    def _write_down(self, processes: dict[str, Process]) -> None:
        write_record(self.state, structs.replace(self._record, processes=processes))


def _answers(client: httpx2.Client, path: str) -> bool:
    try:
        return client.get(path).is_success
    except httpx2.TransportError:
        return False
