"""Plans of Terraform as ``terraform show -json`` writes them, pods, policies, and ``check`` of these."""

import json
from pathlib import Path
from typing import Any

from tests.builders import Json
from tests.commands import Ended, Run

PLANS = Path(__file__).parent
UNFIT = PLANS / "pods/unfit.json"
"""Three pods, of which two run up to 1.24; the third runs under every version, and is alone in FIT and in CUT."""
FIT = PLANS / "pods/fit.json"
CUT = PLANS / "pods/cut.json"
"""A page of a longer list."""
UNKNOWN = PLANS / "pods/unknown.json"
"""A pod of a platform version that nobody knows."""
CLUSTER = "alicloud_cs_managed_kubernetes"
PROD, HANGZHOU = f"{CLUSTER}.prod", f'module.ack["hz"].{CLUSTER}.this[0]'
SECRET = "hunter2"  # noqa: S105 -- it is in every place of the plans that may hold one


def plan(name: str) -> Json:
    document: Json = json.loads((PLANS / f"{name}.json").read_text())
    return document


def cluster_in(document: Json) -> Json:
    found: Json = next(one for one in document["resource_changes"] if one["address"] == PROD)
    return found


def upgrade(was: Any = "1.24.6-aliyun.1", becomes: Any = "1.26.3-aliyun.1", **change: Any) -> Json:
    """The plan of an upgrade, with other versions of its cluster, and other parts of its change."""
    document = plan("upgrade")
    found = cluster_in(document)["change"]
    found["before"]["version"], found["after"]["version"] = was, becomes
    found |= change
    return document


def with_cluster(**parts: Any) -> Json:
    """The plan of an upgrade, with other parts of what it says of its cluster."""
    document = plan("upgrade")
    found = cluster_in(document)
    found |= parts
    return document


def policy(folder: Path, spec: str = "") -> Path:
    """A policy for 1.26."""
    path = folder / "policy.yaml"
    header = "apiVersion: eci-upgrade-guard.io/v1alpha1\nkind: UpgradePolicy\nmetadata: {name: test}\nspec:\n"
    path.write_text(header + "".join(f"  {line}\n" for line in ["targetVersion: 1.26", *spec.splitlines()]))
    return path


def check(run: Run, document: Any, *options: object) -> Ended:
    return run("check", "-f", "-", *options, stdin=json.dumps(document).encode())


def answers(run: Run, document: Any, *options: object) -> tuple[int, list[tuple[str, str, str | None]]]:
    """The exit code, and of each object its name, the answer and the reason."""
    ended = check(run, document, "-o", "json", *options)
    rows = json.loads(ended.out)["checked"]
    return ended.code, [(row["object"], row["answer"], row["reason"]) for row in rows]
