"""What all tests share."""

import pytest
from hypothesis import settings

settings.register_profile("quick", max_examples=60, deadline=None)  # a deadline would make a test of time
settings.load_profile("quick")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
