"""Clients for the fake."""

from collections.abc import Iterator

import httpx2
import pytest

from tests.fake_api.fake_api import FakeApi


@pytest.fixture
def client(api: FakeApi) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=api.url, timeout=5) as client:
        yield client
