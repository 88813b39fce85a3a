"""The vendor's own procedure and ours on the same list: theirs loses pods and says that all is well."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import ORDINARY_NODE, VIRTUAL_NODE, pod, pod_list, running
from tests.vendor import JQ_PROGRAM

CLUSTER = [
    running("first", "1.0.0"),
    pod("waiting", phase="Pending"),  # no node yet: here the vendor's line ends
    running("behind", None),
    running("last", "1.0.0"),
    running("other-name", "1.0.0", node="virtual-node-eci-0"),
    running("fit", "1.1.0"),
    running("done", "1.0.0", phase="Succeeded"),
    pod("ordinary", node=ORDINARY_NODE, phase="Running"),
    pod("acs", node=VIRTUAL_NODE, phase="Running", labels={"alibabacloud.com/acs": "true"}),
]


@pytest.fixture
def cluster(tmp_path: Path) -> Path:
    path = tmp_path / "pods.json"
    path.write_bytes(pod_list(*CLUSTER))
    return path


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed, so the vendor's line cannot run")
def test_the_vendors_pipeline_ends_at_a_pending_pod_and_still_exits_with_0(cluster: Path) -> None:
    pipeline = f"cat {cluster} | jq -r '{JQ_PROGRAM}' | cat"
    done = subprocess.run(["sh", "-c", pipeline], capture_output=True, text=True, check=False)  # noqa: S607 -- the shell
    assert done.returncode == 0
    assert [line.split(",")[1] for line in done.stdout.splitlines()] == ["first"]


def test_ours_finds_every_unfit_pod_and_exits_with_3(cluster: Path) -> None:
    ours = [sys.executable, "-m", "webhook", "report", "--from", str(cluster), "--target", "1.26"]
    done = subprocess.run([*ours, "-o", "csv", "--no-headers"], capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert [line.split(",")[1] for line in done.stdout.splitlines()] == ["behind", "first", "last", "other-name"]


def test_a_list_that_only_the_vendors_line_calls_clean_is_not_ready(tmp_path: Path) -> None:
    path = tmp_path / "pods.json"
    path.write_text(json.dumps({"kind": "List", "apiVersion": "v1", "items": [CLUSTER[1], running("old", "0.9.0")]}))
    ours = [sys.executable, "-m", "webhook", "report", "--from", str(path), "--target", "1.26"]
    done = subprocess.run(ours, capture_output=True, text=True, check=False)
    assert done.returncode == 4
