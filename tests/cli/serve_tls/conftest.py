"""A place for what Kubernetes mounts of a service account."""

from pathlib import Path

import pytest

from webhook.cluster import credentials


@pytest.fixture
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a service account would be mounted; nothing is, whatever machine the tests run on."""
    folder = tmp_path / "serviceaccount"
    folder.mkdir()
    monkeypatch.setattr(credentials, "SERVICE_ACCOUNT", folder)
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    return folder
