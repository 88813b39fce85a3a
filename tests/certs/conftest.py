"""A cluster with one replica, and files that are watched."""

from pathlib import Path

import pytest

from tests.certs.fakes import FakeCluster, Replica
from tests.certs.watching import ONE, Watching


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture
def replica(cluster: FakeCluster) -> Replica:
    return Replica(cluster)


@pytest.fixture
def watching(tmp_path: Path) -> Watching:
    """Files with the first pair, which is served."""
    watching = Watching(tmp_path)
    watching.write(ONE)
    watching.files.begin()
    return watching
