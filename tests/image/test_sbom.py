"""What the image says is in it."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cluster import ROOT
from tests.image.building import MADE_AT
from webhook import __version__


@pytest.fixture
def sbom(tree: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((tree / "opt/guard/sbom.cdx.json").read_text())
    return found


def _plain(name: str) -> str:
    """One name for all spellings of it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_it_names_what_is_installed_and_nothing_else(sbom: dict[str, Any], tree: Path) -> None:
    listed = {(_plain(one["name"]), one["version"]) for one in sbom["components"]}
    folders = (tree / "opt/guard/lib/python3.13/site-packages").glob("*.dist-info")
    installed = {folder.name.removesuffix(".dist-info").rpartition("-")[::2] for folder in folders}
    assert listed == {(_plain(name), version) for name, version in installed}
    assert ("eci-upgrade-guard", __version__) in listed


def test_what_is_installed_is_what_is_locked(sbom: dict[str, Any]) -> None:
    locked = re.findall(r"^(\S+)==(\S+)", (ROOT / "requirements/runtime.txt").read_text(), re.MULTILINE)
    listed = {(_plain(one["name"]), one["version"]) for one in sbom["components"]}
    assert listed - set(locked) == {("eci-upgrade-guard", __version__)}


def test_it_says_how_each_may_be_found_and_used(sbom: dict[str, Any]) -> None:
    others = [one for one in sbom["components"] if one["name"] != "eci-upgrade-guard"]
    assert {one["name"] for one in others if not one.get("licenses")} == set()
    assert all(one["purl"] == f"pkg:pypi/{_plain(one['name'])}@{one['version']}" for one in others)


def test_the_same_sources_give_the_same_list(sbom: dict[str, Any]) -> None:
    assert "serialNumber" not in sbom
    assert datetime.fromisoformat(sbom["metadata"]["timestamp"]) == datetime.fromtimestamp(MADE_AT, UTC)
