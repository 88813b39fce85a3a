"""A plugin of pytest for ``mutmut``, which runs all tests once and then forks for each mutant.

What was worked out before the mutant was switched on is forgotten, so that it is worked out by the mutant.
"""

import sys

import pytest
from hypothesis import is_hypothesis_test

_MUTATED = ("webhook", "certs")


def pytest_sessionstart() -> None:
    """Forget what the program remembers of calls, and what test modules made when they were loaded."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in _MUTATED:
            for member in list(vars(module).values()):
                if hasattr(member, "cache_clear"):
                    member.cache_clear()
        elif name.startswith("tests.") and name != __name__:
            del sys.modules[name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run examples before rules: they are quicker, and mostly enough."""
    items.sort(key=lambda item: isinstance(item, pytest.Function) and is_hypothesis_test(item.obj))
