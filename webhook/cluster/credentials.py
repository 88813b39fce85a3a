"""Which cluster is meant. Apart from all that reaches it, so that a command which needs no cluster loads no client."""

import os
from dataclasses import dataclass
from pathlib import Path

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where Kubernetes mounts it."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Which cluster is meant, as the user said it."""

    kubeconfig: str | None = None
    """A file; None is what kubectl would take, and inside a cluster that cluster."""
    context: str | None = None
    """None is the kubeconfig's current one."""

    @property
    def in_cluster(self) -> bool:
        """Whether the cluster is the one that we run in."""
        return self.kubeconfig is None and self.context is None and inside_cluster()


def own_namespace() -> str | None:
    """Return the namespace of the service account that is mounted; None where none is, or not its token."""
    try:
        return (SERVICE_ACCOUNT / "namespace").read_text().strip() if (SERVICE_ACCOUNT / "token").is_file() else None
    except (OSError, UnicodeDecodeError):
        return None


def inside_cluster() -> bool:
    """Whether this process runs in a pod."""
    return bool(os.environ.get("KUBERNETES_SERVICE_HOST"))
