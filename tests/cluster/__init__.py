"""A real control plane on loopback, with virtual nodes that KWOK plays. ``python -m tests.cluster --help`` runs one.

etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kubectl are the published ones, at 1.24 and at 1.37.
Only nodes are played: what is bound to one runs at once, and nothing is pulled or started.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""Of the repository."""

VERSIONS = ("1.37", "1.24")
"""Of Kubernetes: the newest, and the one that clusters full of unfit pods run at most."""


def default_version() -> str:
    """Return the version that the environment chooses in ``KUBERNETES``, or the newest."""
    return os.environ.get("KUBERNETES") or VERSIONS[0]


def cache_folder() -> Path:
    """Return where programs, and clusters that outlive a command, are kept: outside the source tree."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "eci-upgrade-guard"
