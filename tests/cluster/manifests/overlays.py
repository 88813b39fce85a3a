"""Overlays as people write them: the base, and components in the order that the README names."""

import os
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from tests.cluster import ROOT
from tests.cluster.control_plane import ControlPlane

Json = dict[str, Any]

MANIFESTS = ROOT / "manifests"
BASE = MANIFESTS / "base"
JUDGING = ("match-conditions", "strict-unset-pods", "fail-closed")
"""Those that change what the API server sends, and what it does without an answer."""
COMPONENTS = (*JUDGING, "report-ingress", "monitoring", "single-replica", "cert-manager")
"""All, in the order in which they are listed."""
FROM_1_28 = {"match-conditions"}
"""Those that an older API server refuses."""


def name_of(components: Iterable[str]) -> str:
    return "+".join(components) or "base"


def every_combination(components: tuple[str, ...], version: str) -> list[tuple[str, ...]]:
    """Return all choices of components, in their order, that an API server of the version takes."""
    possible = [one for one in components if version != "1.24" or one not in FROM_1_28]
    return [chosen for count in range(len(possible) + 1) for chosen in combinations(possible, count)]


def overlay(folder: Path, components: Iterable[str] = (), **more: Any) -> Path:
    """Write an overlay into a folder of its own, and return that."""
    above = os.path.relpath(MANIFESTS, folder)
    document = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [f"{above}/base"],
        "components": [f"{above}/components/{one}" for one in components],
    }
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(document | more))
    return folder


def built(control_plane: ControlPlane, folder: Path) -> list[Json]:
    """Return what the version's own kubectl makes of an overlay."""
    return list(yaml.safe_load_all(control_plane.kubectl("kustomize", str(folder)).stdout))


def one_of(documents: Iterable[Json], kind: str, name: str = "eci-upgrade-guard") -> Json:
    """Return the only object of a kind and name."""
    (found,) = [one for one in documents if one["kind"] == kind and one["metadata"]["name"] == name]
    return found
