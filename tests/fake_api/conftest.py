"""The fake, and clients for it."""

from collections.abc import Iterator

import httpx2
import pytest

from .fake_api import FakeApi


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with FakeApi() as api:
        yield api


@pytest.fixture
def client(api: FakeApi) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=api.url, timeout=5) as client:
        yield client
