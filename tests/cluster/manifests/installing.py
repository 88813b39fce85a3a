"""Installing the guard with kubectl, as an administrator does, and taking it away again."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cluster.control_plane import ControlPlane

NAME = "eci-upgrade-guard"
"""Of the namespace, and of nearly everything in it."""


@contextmanager
def installed(control_plane: ControlPlane, folder: Path) -> Iterator[str]:
    """Apply what is in a folder, and delete it when the block ends. Yields what kubectl said that was no result."""
    done = control_plane.kubectl("apply", "-k", str(folder))
    try:
        yield done.stderr
    finally:
        uninstall(control_plane, folder)


def uninstall(control_plane: ControlPlane, folder: Path) -> None:
    """Delete all of it, and return when it is gone."""
    control_plane.kubectl("delete", "--ignore-not-found", "--wait", "-k", str(folder))


def left_behind(control_plane: ControlPlane) -> list[str]:
    """Return every object of the cluster, of any kind, that is the guard's by its name or its namespace."""
    found = []
    for scope in ("true", "false"):
        kinds = control_plane.kubectl("api-resources", "--verbs=list", "--output=name", f"--namespaced={scope}").stdout
        listed = ",".join(kind for kind in kinds.split() if not kind.startswith("events"))
        columns = "--output=custom-columns=KIND:.kind,NAMESPACE:.metadata.namespace,NAME:.metadata.name"
        # Some kinds of the control plane's own cannot be listed by this; what can be is printed all the same.
        lines = control_plane.kubectl("get", listed, "--all-namespaces", columns, "--no-headers", check=False).stdout
        found += [line for line in lines.splitlines() if NAME in line]
    return found
