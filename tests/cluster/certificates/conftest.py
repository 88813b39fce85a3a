"""Who keeps certificates in these tests."""

from pathlib import Path

import pytest

from tests.cluster.certificates.keeping import account_with
from tests.cluster.control_plane import ControlPlane


@pytest.fixture
def guard(every_control_plane: ControlPlane, namespace: str) -> Path:
    """A kubeconfig of an account that may do in the namespace what the stores need, and no more."""
    return account_with(every_control_plane, namespace)
