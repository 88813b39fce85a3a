"""Builds are compared: whoever doubts an image can build it again."""

import hashlib
from pathlib import Path

import pytest

from tests.image.building import build_image
from tests.image.engine import Engine


@pytest.mark.long
@pytest.mark.timeout(600)
def test_the_same_sources_give_the_same_files(engine: Engine, tree: Path) -> None:
    again = engine.tree(build_image(engine, "localhost/again"))
    for folder in ("opt/guard", "usr"):
        assert _digests(again / folder) == _digests(tree / folder)


def _digests(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
