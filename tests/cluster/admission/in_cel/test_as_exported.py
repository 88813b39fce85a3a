"""The export as it is written, applied as its header says: what a person sees of it, with no guard anywhere."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.admission.objects import deployment, new_pod
from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import make_namespaces
from tests.cluster.guarding import write_policy

GUARD = Path(sys.executable).parent / "eci-upgrade-guard"
POLICIES = "validatingadmissionpolicy,validatingadmissionpolicybinding"
NAME = "pods.eci-upgrade-guard.io"
DENIAL = "ECI platform version 1.0.0 does not support Kubernetes 1.26 (PlatformVersionTooOld)"


def create(control_plane: ControlPlane, namespace: str, obj: Any) -> subprocess.CompletedProcess[str]:
    command = ["create", "--dry-run=server", "-n", namespace, "-f", "-"]
    return control_plane.kubectl(*command, input=json.dumps(obj), check=False)


def apply(control_plane: ControlPlane, folder: Path, **spec: Any) -> list[str]:
    """Apply what is exported, and return the names of the policies."""
    export = [str(GUARD), "export", "validating-admission-policy", "--policy", str(write_policy(folder, **spec))]
    exported = subprocess.run(export, check=True, capture_output=True, text=True).stdout
    control_plane.kubectl("apply", "--server-side", "-f", "-", input=exported)
    documents = [one for one in yaml.safe_load_all(exported) if one]
    return [one["metadata"]["name"] for one in documents if one["kind"] == "ValidatingAdmissionPolicy"]


def holds(control_plane: ControlPlane, namespace: str) -> bool:
    """Whether a pod that is known to be bad is denied. What is applied or deleted is heard of a second later."""
    return DENIAL in create(control_plane, namespace, new_pod("web", "1.0.0")).stderr


def await_denial(control_plane: ControlPlane, namespace: str) -> None:
    control_plane.wait_until("a policy to hold", lambda: holds(control_plane, namespace))


@pytest.fixture(autouse=True)
def removed(control_plane: ControlPlane, namespace: str) -> Iterator[None]:
    yield
    control_plane.kubectl("delete", POLICIES, "-l", "app.kubernetes.io/name=eci-upgrade-guard", "--wait=false")
    control_plane.wait_until("no policy to hold", lambda: not holds(control_plane, namespace))


def test_it_denies_and_warns_in_the_words_of_the_guard(
    control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    apply(control_plane, tmp_path, modes={"pods": "Deny", "workloads": "Warn"})
    await_denial(control_plane, namespace)
    denied = create(control_plane, namespace, new_pod("web", "1.0.0"))
    assert denied.returncode == 1
    assert "(Forbidden): error when creating" in denied.stderr
    assert f"'{NAME}' denied request: pod {namespace}/web: {DENIAL}. To go on, remove annotation" in denied.stderr
    assert denied.stderr.endswith("(Policy night)\n")
    warned = create(control_plane, namespace, deployment("shop", "1.0.0"))
    assert f"Deployment {namespace}/shop: {DENIAL}. To go on, remove annotation" in warned.stderr
    assert "created" in warned.stdout
    for obj in (new_pod("web", "1.1.0"), new_pod("web"), deployment("shop")):
        assert create(control_plane, namespace, obj).stderr == ""


def test_a_pod_that_its_controller_names_is_shown_with_its_name(
    control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    apply(control_plane, tmp_path)
    await_denial(control_plane, namespace)
    obj = new_pod("web", "1.0.0")
    obj["metadata"]["generateName"] = f"{obj['metadata'].pop('name')}-"
    assert f"denied request: pod {namespace}/web-" in create(control_plane, namespace, obj).stderr


def test_kube_system_and_the_guards_own_namespace_are_spared(
    control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    with control_plane.client() as client:
        make_namespaces(client, ["kube-system", "eci-upgrade-guard"])
    apply(control_plane, tmp_path)
    await_denial(control_plane, namespace)
    for spared in ("kube-system", "eci-upgrade-guard"):
        assert create(control_plane, spared, new_pod("web", "1.0.0")).returncode == 0


def test_nobody_but_who_creates_is_held_up(control_plane: ControlPlane, namespace: str, tmp_path: Path) -> None:
    kubectl = control_plane.kubectl
    kubectl("create", "-n", namespace, "-f", "-", input=json.dumps(new_pod("old", "1.0.0", schedulerName="nobody")))
    apply(control_plane, tmp_path)
    await_denial(control_plane, namespace)
    assert kubectl("label", "pod", "old", "-n", namespace, "a=b").stderr == ""
    assert kubectl("delete", "pod", "old", "-n", namespace).stderr == ""


def test_the_api_server_finds_no_fault_with_the_types(control_plane: ControlPlane, tmp_path: Path) -> None:
    spec = {"unsetAtCreate": "Judge", "exemptions": [{"reason": "a", "users": ["b"], "groups": ["c"]}]}
    names = apply(control_plane, tmp_path, **spec)
    assert len(names) == 4

    def checked() -> list[Any]:
        found = control_plane.kubectl("get", "validatingadmissionpolicy", *names, "-o", "json").stdout
        return [one["status"].get("typeChecking") for one in json.loads(found)["items"]]

    control_plane.wait_until("the types to be checked", lambda: None not in checked())
    assert checked() == [{}] * len(names)


@pytest.mark.parametrize("mode", ["Deny", "Audit"])
def test_what_is_found_stands_in_the_audit_log(
    control_plane: ControlPlane, namespace: str, tmp_path: Path, mode: str
) -> None:
    apply(control_plane, tmp_path, modes={"pods": mode})

    def noted() -> bool:
        created = create(control_plane, namespace, new_pod("web", "1.0.0"))
        assert "Warning" not in created.stderr
        return any(
            DENIAL in event.get("annotations", {}).get("validation.policy.admission.k8s.io/validation_failure", "")
            for event in control_plane.audit_events()
            if event["objectRef"].get("namespace") == namespace
        )

    control_plane.wait_until("the audit log to have it", noted)
