"""A cluster that nobody else uses."""

from collections.abc import Iterator

import pytest

from tests.cluster import VERSIONS
from tests.cluster.building import Missing
from tests.cluster.control_plane import ControlPlane
from tests.cluster.starting import start_control_plane


@pytest.fixture
def cluster_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """One of the oldest version, which is about to be upgraded."""
    try:
        started = start_control_plane(VERSIONS[-1], tmp_path_factory.mktemp("own") / "state")
    except Missing as missing:
        pytest.skip(str(missing))
    yield started
    started.stop()
