"""The fake as a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import httpx2
import yaml

ROOT = Path(__file__).parents[2]


def test_it_serves_as_many_pods_as_asked_for_until_it_is_told_to_end(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.fake_api", "--pods", "30", "--eci-share", "0.2"]
    command += ["--kubeconfig", str(tmp_path / "kubeconfig")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        pods = httpx2.get(f"{told['url']}/api/v1/pods").json()["items"]
        process.terminate()
    assert process.returncode == 0
    assert yaml.safe_load(Path(told["kubeconfig"]).read_text())["clusters"][0]["cluster"]["server"] == told["url"]
    assert len(pods) == len({pod["metadata"]["name"] for pod in pods}) == 30
    assert sum("k8s.aliyun.com/eci-instance-id" in pod["metadata"]["annotations"] for pod in pods) == 6
    assert len(pods[0]["metadata"]["managedFields"]) == 2
