"""The image, built once by a real engine for all tests that look at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.image.base import add_base
from tests.image.building import build_image
from tests.image.engine import Engine, Missing, start_engine

_PATIENCE = 60
"""Seconds for a test, without the time in which the image is built."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "engine" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(_PATIENCE, func_only=True))


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """An engine that has the base."""
    try:
        with start_engine() as started:
            add_base(started)
            yield started
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def image(engine: Engine) -> str:
    """Its name."""
    return build_image(engine, "localhost/eci-upgrade-guard")


@pytest.fixture
def tree(engine: Engine, image: str) -> Path:
    """The files of the image."""
    return engine.tree(image)
