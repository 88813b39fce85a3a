"""The guard as its manifests install it, called by the API server through its Service: what it does, and may do."""

import json
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import yaml

from tests.cluster.admission.objects import new_pod
from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import Filling, age_pods, fill
from tests.cluster.manifests.behind_service import ACCOUNT, Behind, behind_service
from tests.cluster.manifests.installing import NAME, installed
from tests.cluster.manifests.overlays import BASE, MANIFESTS, built
from tests.cluster.manifests.rights import given, of, used
from tests.cluster.upgrades.kinds import KINDS, asking, define
from tests.server.running_guard import ROOT
from webhook.access.reviewer import AUDIENCE
from webhook.policy.kubernetes_version import KubernetesVersion

(PLAN,) = [kind for kind in KINDS if kind.kind == "Plan" and kind.group == "upgrade.cattle.io"]
JOB = MANIFESTS / "examples/report-reader/ready-for-job.yaml"
READER = ("eci-ready-for", "--namespace=eci-readiness")
"""Who the Job is."""


@pytest.fixture(scope="module")
def behind(every_control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    define(every_control_plane)
    with (
        installed(every_control_plane, BASE),
        behind_service(every_control_plane, tmp_path_factory.mktemp("behind")) as behind,
    ):
        every_control_plane.kubectl("apply", "-f", str(JOB))
        yield behind
        every_control_plane.kubectl("delete", "-f", str(JOB))


@pytest.fixture(scope="module")
def old_pods(every_control_plane: ControlPlane) -> Iterator[str]:
    """A namespace with pods of the past."""
    name = f"test-{secrets.token_hex(4)}"
    fill(every_control_plane, Filling(workloads=1, pods_each=2, namespaces=(name,)))
    assert age_pods(every_control_plane, name, "1.0.0") == 2
    yield name
    every_control_plane.kubectl("delete", "namespace", name, "--wait=false")


def create(behind: Behind, namespace: str, written: object) -> subprocess.CompletedProcess[str]:
    asked = ["create", "--dry-run=server", f"--namespace={namespace}", "-f", "-"]
    return behind.control_plane.kubectl(*asked, input=json.dumps(written), check=False)


def test_a_pod_that_declares_an_old_version_is_warned_about(behind: Behind, namespace: str) -> None:
    """The certificate is for the name of the Service, and the guard itself said whom to trust."""
    pod = new_pod("web", "1.0.0")
    behind.control_plane.wait_until("the bundle to be heard of", lambda: create(behind, namespace, pod).stderr != "")
    done = create(behind, namespace, pod)
    assert done.returncode == 0
    assert "platform version 1.0.0" in done.stderr


def test_one_command_shows_that_calls_arrive(behind: Behind) -> None:
    """The notes of the chart and the README have it. Nothing is stored."""
    notes = (MANIFESTS / "chart/templates/NOTES.txt").read_text()
    (line,) = [line.strip() for line in notes.splitlines() if "kubectl run" in line]
    assert line in (MANIFESTS / "README.md").read_text()
    done = behind.control_plane.kubectl(*line.split()[1:])
    assert "Warning: pod default/unfit" in done.stderr


def test_an_upgrade_that_pods_would_not_survive_is_denied(behind: Behind, namespace: str, old_pods: str) -> None:
    minor = max(KubernetesVersion.parse(behind.control_plane.version).minor + 1, 26)
    plan = asking(PLAN, namespace, minor)

    def denied() -> str:
        return create(behind, namespace, plan).stderr

    behind.control_plane.wait_until("the pods to be known", lambda: "PodsUnfit" in denied())
    assert old_pods in denied()


def test_its_own_pods_are_nothing_to_it_in_any_namespace(behind: Behind, namespace: str) -> None:
    """Its own namespace is not even asked about."""
    for one in built(behind.control_plane, BASE):
        if one["kind"] != "Namespace":
            one["metadata"] |= {"namespace": namespace} if "namespace" in one["metadata"] else {}
            one["metadata"]["name"] += "-again"
            done = create(behind, one["metadata"].get("namespace", "default"), one)
            assert (done.returncode, done.stderr) == (0, ""), one["kind"]


def test_the_job_of_a_pipeline_hears_that_the_cluster_is_not_ready(
    behind: Behind, old_pods: str, tmp_path: Path
) -> None:
    """What its container runs, with a token and the bundle as the API server gives them."""
    kubectl = behind.control_plane.kubectl
    (pod,) = [one["spec"]["template"]["spec"] for one in yaml.safe_load_all(JOB.read_text()) if one["kind"] == "Job"]
    (source,) = [one["projected"]["sources"] for one in pod["volumes"]]
    token, bundle = source[0]["serviceAccountToken"], source[1]["configMap"]
    options = [f"--audience={token['audience']}", f"--duration={token['expirationSeconds']}s"]
    (tmp_path / "token").write_text(kubectl("create", "token", *READER, *options).stdout)
    found = json.loads(kubectl("get", "configmap", bundle["name"], f"--namespace={NAME}", "--output=json").stdout)
    (tmp_path / "ca.crt").write_text(found["data"][bundle["items"][0]["key"]])
    (container,) = pod["containers"]
    (script,) = container["args"]
    script = script.replace("/etc/guard", str(tmp_path))
    script = script.replace("curl ", f"curl --noproxy '*' --resolve {NAME}.{NAME}.svc:443:{behind.host} ")

    def ask() -> subprocess.CompletedProcess[str]:
        return subprocess.run([*container["command"], script], capture_output=True, text=True, check=False)

    # The authorizer may hear of the binding a moment later, and a refusal is remembered for half a minute.
    behind.control_plane.wait_until("the Job to be let in", lambda: "403" not in ask().stderr)
    done = ask()
    assert "409" in done.stderr, done
    assert json.loads(done.stdout)["readiness"] == "NotReady"
    assert old_pods


def test_it_listens_on_two_ports_and_no_more(behind: Behind) -> None:
    assert listening(behind.guard.process.pid) == {443, 8080}


def listening(process: int) -> set[int]:
    """Return the TCP ports on which a process listens, and fail for any socket of UDP."""
    held = {str(file.readlink()) for file in Path(f"/proc/{process}/fd").iterdir() if file.is_symlink()}
    found = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/{process}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if f"socket:[{fields[9]}]" in held and (table.startswith("udp") or fields[3] == "0A"):
                assert not table.startswith("udp"), line
                found.add(int(fields[1].rpartition(":")[2], 16))
    return found


def test_the_rights_that_it_is_given_are_those_that_it_uses(behind: Behind, old_pods: str) -> None:
    """After it did all that it ever does: started, judged, reported, and changed its authority."""
    control_plane = behind.control_plane
    account = ["--kubeconfig", str(control_plane.kubeconfig), "--namespace", NAME]
    rotate = [sys.executable, "-m", "webhook", "certs", "rotate", "authority", *account]
    subprocess.run(rotate, cwd=ROOT, check=True, capture_output=True)
    # A change of its registration has it look now, and not within a minute.
    control_plane.kubectl("annotate", "validatingwebhookconfiguration", NAME, "changed=1")
    _bind_unseen(behind)
    _read_report(behind)
    rights = given(built(control_plane, BASE))
    tied = {right[:3] for right in rights if right.name}
    latest = time.monotonic() + 30
    while (seen := used(of(control_plane, ACCOUNT), tied)) != rights and time.monotonic() < latest:
        time.sleep(1)
    assert seen == rights
    assert [event for event in of(control_plane, ACCOUNT) if event["responseStatus"]["code"] == 403] == []
    assert old_pods


def _read_report(behind: Behind) -> None:
    token = behind.control_plane.kubectl("create", "token", *READER, f"--audience={AUDIENCE}").stdout.strip()
    with httpx2.Client(verify=False, trust_env=False) as client:
        url, headers = f"https://{behind.host}/report", {"Authorization": f"Bearer {token}"}
        behind.control_plane.wait_until("the report", lambda: client.get(url, headers=headers).is_success)


def _bind_unseen(behind: Behind) -> None:
    """Have the guard asked about the binding of a pod of which no watch has told."""
    review = {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "request": {
            "uid": "1",
            "kind": {"group": "", "version": "v1", "kind": "Binding"},
            "resource": {"group": "", "version": "v1", "resource": "pods"},
            "subResource": "binding",
            "name": "unseen",
            "namespace": "default",
            "operation": "CREATE",
            "object": {
                "metadata": {"name": "unseen", "uid": secrets.token_hex(8)},
                "target": {"kind": "Node", "name": "virtual-kubelet-cn-hangzhou-i"},
            },
        },
    }
    with httpx2.Client(verify=False, trust_env=False) as client:
        answer = client.post(f"https://{behind.host}/validate", json=review)
    assert answer.json()["response"]["allowed"] is True
