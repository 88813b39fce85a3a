"""A plugin of pytest for ``mutmut``, which runs all tests once and then forks for each mutant."""

import json
import sys
from pathlib import Path

import pytest

_MUTATED = ("webhook", "certs")
_STATS = Path("mutmut-stats.json")


def pytest_sessionstart() -> None:
    """Forget what was worked out before the mutant was switched on: results of calls, and what test modules made."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in _MUTATED:
            for member in list(vars(module).values()):
                if hasattr(member, "cache_clear"):
                    member.cache_clear()
        elif name.startswith("tests.") and name != __name__:
            del sys.modules[name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the quickest first: mostly one of them is enough."""
    took = json.loads(_STATS.read_text())["duration_by_test"] if _STATS.exists() else {}
    items.sort(key=lambda item: took.get(item.nodeid, 0))
