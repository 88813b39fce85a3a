"""Files that are watched."""

from pathlib import Path

import pytest

from tests.certs.watching import ONE, Watching


@pytest.fixture
def watching(tmp_path: Path) -> Watching:
    """Files with the first pair, which is served."""
    watching = Watching(tmp_path)
    watching.write(ONE)
    watching.files.begin()
    return watching
