"""How each program is started: everything on loopback, nothing that a laptop would feel when it idles."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.credentials import Credentials
from tests.cluster.nodes import PLAYED

STAGES = Path(__file__).with_name("stages.yaml")
_AUDIT_POLICY = Path(__file__).with_name("audit.yaml")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command lines are made of."""

    programs: Mapping[str, Path]
    data: Path
    """A folder for etcd alone."""
    audit_log: Path
    credentials: Credentials
    etcd: int
    peers: int
    secure: int
    """The ports of etcd for clients and for peers (it insists on one), and of the API server."""


def etcd(given: Settings) -> list[str]:
    """Return how to start etcd, which may lose its data with the machine, and is faster for it."""
    clients, peers = f"http://127.0.0.1:{given.etcd}", f"http://127.0.0.1:{given.peers}"
    return [
        str(given.programs["etcd"]),
        f"--data-dir={given.data}",
        f"--listen-client-urls={clients}",
        f"--advertise-client-urls={clients}",
        f"--listen-peer-urls={peers}",
        f"--initial-advertise-peer-urls={peers}",
        f"--initial-cluster=default={peers}",
        "--unsafe-no-fsync",
        "--quota-backend-bytes=8589934592",  # 8 GiB: a hundred thousand pods and their events
        "--log-level=warn",
    ]


def api_server(given: Settings) -> list[str]:
    """Return how to start the API server: RBAC, the default admission plugins, tokens from a file."""
    issued = given.credentials.service_account_key
    return [
        str(given.programs["kube-apiserver"]),
        f"--etcd-servers=http://127.0.0.1:{given.etcd}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        f"--secure-port={given.secure}",
        f"--tls-cert-file={given.credentials.certificate}",
        f"--tls-private-key-file={given.credentials.key}",
        f"--token-auth-file={given.credentials.tokens}",
        "--authorization-mode=RBAC",
        f"--service-account-key-file={issued}",
        f"--service-account-signing-key-file={issued}",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-cluster-ip-range=127.96.0.0/16",
        "--endpoint-reconciler-type=none",  # nothing comes in by the Service kubernetes.default
        "--allow-privileged",
        f"--audit-policy-file={_AUDIT_POLICY}",
        f"--audit-log-path={given.audit_log}",
        "--max-requests-inflight=3000",
        "--max-mutating-requests-inflight=1500",
        "--profiling=false",
    ]


def controller_manager(given: Settings) -> list[str]:
    """Return how to start the controllers, each under a service account of its own.

    The node lifecycle controller is among them: admission taints every new node, and nobody else takes that off.
    """
    kubeconfig = given.credentials.kubeconfig("kube-controller-manager")
    return [
        str(given.programs["kube-controller-manager"]),
        *_as_client(kubeconfig),
        "--use-service-account-credentials",
        f"--service-account-private-key-file={given.credentials.service_account_key}",
        f"--root-ca-file={given.credentials.certificate}",
        "--node-monitor-grace-period=24h",  # KWOK's nodes need no heartbeats then
        "--concurrent-deployment-syncs=20",
        "--concurrent-replicaset-syncs=20",
    ]


def scheduler(given: Settings) -> list[str]:
    """Return how to start the scheduler."""
    return [str(given.programs["kube-scheduler"]), *_as_client(given.credentials.kubeconfig("kube-scheduler"))]


def kwok(given: Settings) -> list[str]:
    """Return how to start KWOK, which plays the nodes by ``stages.yaml``."""
    return [
        str(given.programs["kwok"]),
        f"--kubeconfig={given.credentials.kubeconfig('kwok')}",
        f"--config={STAGES}",
        "--manage-all-nodes=false",
        f"--manage-nodes-with-annotation-selector={PLAYED}",
    ]


def _as_client(kubeconfig: Path) -> list[str]:
    return [
        f"--kubeconfig={kubeconfig}",
        f"--authentication-kubeconfig={kubeconfig}",
        f"--authorization-kubeconfig={kubeconfig}",
        "--leader-elect=false",
        "--secure-port=0",  # nobody asks them how they are
        "--kube-api-qps=2000",
        "--kube-api-burst=4000",
    ]


COMMANDS: Mapping[str, Callable[[Settings], list[str]]] = {
    "etcd": etcd,
    "kube-apiserver": api_server,
    "kube-controller-manager": controller_manager,
    "kube-scheduler": scheduler,
    "kwok": kwok,
}
"""How to start each program, in the order in which they are needed."""
