"""What is in the image, and whose it is."""

import os
import re
import stat
import tomllib
from pathlib import Path

import pytest

from tests.cluster import ROOT
from tests.image.building import MADE_AT, REVISION
from tests.image.engine import Engine
from webhook import __version__


def entries(tree: Path) -> dict[str, os.stat_result]:
    """Every file, folder and link by its path from the root of an image."""
    found = (Path(folder, name) for folder, folders, files in os.walk(tree) for name in folders + files)
    return {str(path.relative_to(tree)): path.lstat() for path in found}


@pytest.fixture
def found(tree: Path) -> dict[str, os.stat_result]:
    return entries(tree)


def test_every_package_of_debian_in_it_is_known_to_who_looks_for_its_faults(tree: Path) -> None:
    known = {path.name: path.read_text() for path in (tree / "var/lib/dpkg/status.d").iterdir()}
    for name, fields in known.items():
        assert f"Package: {name}\n" in fields
        assert re.search(r"^Version: \S+$", fields, re.MULTILINE)
    documented = {path.name for path in (tree / "usr/share/doc").iterdir()}
    assert documented <= known.keys() | {"python3.13"}
    assert {"libc6", "libssl3t64", "python3.13-minimal"} <= known.keys()


def test_nothing_in_it_can_be_changed_but_by_root_or_gives_anybody_more_rights(
    found: dict[str, os.stat_result],
) -> None:
    assert {path for path, one in found.items() if (one.st_uid, one.st_gid) != (0, 0)} == set()
    rights = {path: stat.S_IMODE(one.st_mode) for path, one in found.items() if not stat.S_ISLNK(one.st_mode)}
    assert {path for path, mode in rights.items() if mode & (stat.S_IWGRP | stat.S_IWOTH)} == set()
    assert {path for path, mode in rights.items() if mode & (stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX)} == set()


def test_it_has_no_shell_and_nothing_that_installs(tree: Path) -> None:
    ours = {"eci-upgrade-guard", "kubectl-eci_upgrade"}
    assert {path.name for path in (tree / "opt/guard/bin").iterdir()} - ours == {"python", "python3", "python3.13"}
    assert {path.name for folder in ("usr/bin", "usr/sbin") for path in (tree / folder).iterdir()} == {"python3.13"}
    installed = {path.name for path in (tree / "opt/guard/lib/python3.13/site-packages").iterdir()}
    assert not installed & {"pip", "setuptools", "wheel", "hatchling"}


def test_its_files_are_as_old_as_the_builder_says(found: dict[str, os.stat_result]) -> None:
    ours = [one for path, one in found.items() if path.startswith(("opt/guard/", "usr/lib/python3.13/"))]
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
    }
