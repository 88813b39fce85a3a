"""For API servers that can hold rules themselves: 1.24 has no ValidatingAdmissionPolicy."""

import pytest

from tests.cluster.control_plane import ControlPlane


@pytest.fixture(autouse=True)
def _new_enough(control_plane: ControlPlane) -> None:
    if control_plane.version == "1.24":
        pytest.skip("an API server of 1.24 has no ValidatingAdmissionPolicy")
