"""What is in the image, and whose it is."""

import os
import stat
import tomllib
from pathlib import Path

import pytest

from tests.cluster import ROOT
from tests.image.bases import RUNTIME
from tests.image.building import MADE_AT, REVISION
from tests.image.engine import Engine
from webhook import __version__


def entries(tree: Path) -> dict[str, os.stat_result]:
    """Every file, folder and link by its path from the root of an image."""
    found = (Path(folder, name) for folder, folders, files in os.walk(tree) for name in folders + files)
    return {str(path.relative_to(tree)): path.lstat() for path in found}


@pytest.fixture
def added(engine: Engine, tree: Path) -> dict[str, os.stat_result]:
    """What the image has and its base has not."""
    base = entries(engine.tree(RUNTIME))
    return {path: status for path, status in entries(tree).items() if path not in base}


def test_it_is_its_base_with_one_folder_and_bytecode_for_the_standard_library(
    engine: Engine, tree: Path, added: dict[str, os.stat_result]
) -> None:
    outside = [path for path in added if path != "opt" and not f"{path}/".startswith("opt/guard/")]
    assert [path for path in outside if "/__pycache__" not in path or "usr/lib/python3.13/" not in path] == []
    base, now = entries(engine.tree(RUNTIME)), entries(tree)
    files = {path for path, one in base.items() if not stat.S_ISDIR(one.st_mode)}
    assert {path for path in files if _what(base[path]) != _what(now[path])} == set()


def _what(status: os.stat_result) -> tuple[int, ...]:
    return status.st_mode, status.st_uid, status.st_gid, status.st_size, int(status.st_mtime)


def test_nothing_in_it_can_be_changed_but_by_root_or_gives_anybody_more_rights(
    added: dict[str, os.stat_result],
) -> None:
    assert {path for path, one in added.items() if (one.st_uid, one.st_gid) != (0, 0)} == set()
    rights = {path: stat.S_IMODE(one.st_mode) for path, one in added.items() if not stat.S_ISLNK(one.st_mode)}
    assert {path for path, mode in rights.items() if mode & (stat.S_IWGRP | stat.S_IWOTH)} == set()
    assert {path for path, mode in rights.items() if mode & (stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX)} == set()


def test_it_has_no_shell_and_nothing_that_installs(tree: Path) -> None:
    ours = {"eci-upgrade-guard", "kubectl-eci_upgrade"}
    assert {path.name for path in (tree / "opt/guard/bin").iterdir()} - ours == {"python", "python3", "python3.13"}
    programs = {Path(path).name for path, one in entries(tree).items() if _is_program(one)}
    assert "python3.13" in programs
    assert not programs & {"sh", "bash", "dash", "busybox", "perl", "apt-get", "pip", "pip3", "gcc"}
    installed = {path.name for path in (tree / "opt/guard/lib/python3.13/site-packages").iterdir()}
    assert not installed & {"pip", "setuptools", "wheel", "hatchling"}


def _is_program(status: os.stat_result) -> bool:
    return not stat.S_ISDIR(status.st_mode) and bool(status.st_mode & stat.S_IXOTH)


def test_its_files_are_as_old_as_the_builder_says(added: dict[str, os.stat_result]) -> None:
    ours = [one for path, one in added.items() if path.startswith("opt/guard/")]
    assert {int(one.st_mtime) for one in ours} == {MADE_AT}


def test_how_it_is_run(engine: Engine, image: str) -> None:
    settings = engine.settings(image)
    assert settings["User"] == "65532:65532"
    assert set(settings["ExposedPorts"]) == {"8443/tcp", "8080/tcp"}
    assert settings["Entrypoint"] == ["/opt/guard/bin/eci-upgrade-guard"]
    assert settings["Cmd"][0] == "serve"


def test_its_labels_say_what_it_is_and_of_what_it_was_made(engine: Engine, image: str) -> None:
    labels = engine.settings(image)["Labels"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    prefix = "org.opencontainers.image."
    assert {key.removeprefix(prefix): value for key, value in labels.items() if key.startswith(prefix)} == {
        "title": project["name"],
        "description": project["description"],
        "version": __version__,
        "revision": REVISION,
        "source": "unknown",
        "base.name": RUNTIME,
    }
