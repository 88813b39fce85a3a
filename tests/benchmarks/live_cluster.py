"""A real control plane for the length of a benchmark."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.cluster import VERSIONS
from tests.cluster.building import Missing
from tests.cluster.control_plane import ControlPlane, NotReady
from tests.cluster.filling import make_namespaces
from tests.cluster.processes import Died
from tests.cluster.starting import start_control_plane

from . import CannotMeasure

VERSION = VERSIONS[0]
"""Of Kubernetes: the newest, which has match conditions."""


@contextmanager
def live_cluster(folder: Path, namespaces: Sequence[str]) -> Iterator[ControlPlane]:
    """Run one, with namespaces in which pods can be created. Raises CannotMeasure."""
    try:
        control_plane = start_control_plane(VERSION, folder / "state")
        try:
            with control_plane.client() as client:
                make_namespaces(client, namespaces)
            yield control_plane
        finally:
            control_plane.stop()
    except (Missing, NotReady, Died) as error:
        raise CannotMeasure(str(error)) from None
