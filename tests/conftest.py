"""What all tests share."""

import pytest
from hypothesis import Phase, settings

settings.register_profile("quick", max_examples=60, deadline=None)  # a deadline would make a test of time
settings.load_profile("quick")
# For `make mutants`: the same examples each time, and no search for the smallest once one has failed.
settings.register_profile(
    "mutants", max_examples=30, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate]
)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
