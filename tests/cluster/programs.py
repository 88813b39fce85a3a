"""The programs of a control plane: from the folder that ``KUBEBUILDER_ASSETS`` names, or built from their Go modules.

``setup-envtest`` fills such a folder with etcd, kube-apiserver and kubectl; the rest is built then.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.cluster import VERSIONS
from tests.cluster.building import Missing, built

Programs = Mapping[str, Path]
"""Each program by the name that people know it by."""

_MODULES = Path(__file__).parent / "go_modules"
_KUBERNETES = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl")
_STAMPED = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
"""Both: up to 1.24 the API server answers /version from the second."""


def find_programs(version: str) -> Programs:
    """Return the six programs for a version of Kubernetes such as "1.37". Raises Missing.

    What is not there yet is built, which takes minutes, and says so on standard error.
    """
    if version not in VERSIONS:
        raise Missing(f"no module builds Kubernetes {version}, only {' and '.join(VERSIONS)}")
    module = _MODULES / f"kubernetes-{version}"
    stamps = _stamps(module)
    return {
        "etcd": _given("etcd") or built(_MODULES / "etcd", "etcd", "go.etcd.io/etcd/server/v3"),
        **{
            name: _given(name, version) or built(module, name, f"k8s.io/kubernetes/cmd/{name}", stamps=stamps)
            for name in _KUBERNETES
        },
        "kwok": _given("kwok") or built(_MODULES / "kwok", "kwok", "sigs.k8s.io/kwok/cmd/kwok"),
    }


def _stamps(module: Path) -> str:
    """Return what makes the programs answer the version that the module pins."""
    pins = (module / "go.mod").read_text(encoding="utf-8")
    pinned = re.search(r"^\s*k8s\.io/kubernetes v((\d+)\.(\d+)\.\d+)", pins, re.MULTILINE)
    assert pinned
    fields = {"gitVersion": f"v{pinned[1]}", "gitMajor": pinned[2], "gitMinor": pinned[3]}
    return " ".join(f"-X {at}.{key}={value}" for at in _STAMPED for key, value in fields.items())


def _given(name: str, version: str | None = None) -> Path | None:
    """Return the program that the user gives, if there is one and, where that counts, of the right version."""
    folder = os.environ.get("KUBEBUILDER_ASSETS")
    program = Path(folder, name).absolute() if folder else None
    if program is None or not os.access(program, os.X_OK):
        return None
    return program if version is None or _minor_of(program) == version else None


def _minor_of(program: Path) -> str | None:
    """Return "1.37" for a program of Kubernetes, however it words its version."""
    question = ["version", "--client"] if program.name == "kubectl" else ["--version"]
    answer = subprocess.run([program, *question], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\bv(\d+\.\d+)\.\d+", answer)
    return found and found[1]
