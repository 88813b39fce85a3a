"""The guard installed from the manifests, for the tests of one module and one version after the other."""

from collections.abc import Iterator

import pytest

from tests.cluster.control_plane import ControlPlane
from tests.cluster.manifests.installing import installed
from tests.cluster.manifests.overlays import BASE


@pytest.fixture(scope="module")
def installed_base(every_control_plane: ControlPlane) -> Iterator[str]:
    """Yield what ``kubectl apply -k manifests/base`` said on standard error."""
    with installed(every_control_plane, BASE) as said:
        yield said
