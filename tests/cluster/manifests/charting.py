"""Helm, built from its published module, and what it makes of the chart."""

import json
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.cluster.building import built as built_program
from tests.cluster.manifests.installing import NAME
from tests.cluster.manifests.overlays import MANIFESTS, Json

CHART = MANIFESTS / "chart"
_MODULE = Path(__file__).parents[2] / "manifests/go_modules/helm"


class Refused(Exception):
    """Raised with what Helm said."""


def helm() -> Path:
    """Return the program, built now unless it was before. Raises Missing."""
    return built_program(_MODULE, "helm", "helm.sh/helm/v3/cmd/helm")


def rendered(kubernetes: str, *options: str, release: str = NAME, namespace: str = NAME, **values: Any) -> list[Json]:
    """Return what the chart makes of values for a version of Kubernetes. Raises Refused, Missing."""
    command = [str(helm()), "template", release, str(CHART), f"--namespace={namespace}", f"--kube-version={kubernetes}"]
    given = json.dumps(values)
    done = subprocess.run([*command, "--values=-", *options], input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(done.stderr)
    return [one for one in yaml.safe_load_all(done.stdout) if one]
