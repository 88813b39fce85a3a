"""What a person with kubectl, and the audit log, get to see of the guard's answers."""

import json
from pathlib import Path

import pytest

from tests.cluster.admission.objects import deployment, new_pod
from tests.cluster.control_plane import ControlPlane
from tests.cluster.guarding import answers_in, guarding
from tests.cluster.registration import PODS, WORKLOADS, registered

DENIAL = "ECI platform version 1.0.0 does not support Kubernetes 1.26 (PlatformVersionTooOld)"


def test_a_pod_that_declares_an_old_version_is_denied_with_the_reason_and_the_remedy(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    with guarding(every_control_plane, tmp_path) as guard, registered(every_control_plane, namespace, guard, PODS):
        for dry_run in ("server", "none"):
            create = ["create", "-n", namespace, f"--dry-run={dry_run}", "-f", "-"]
            denied = every_control_plane.kubectl(*create, input=json.dumps(new_pod("web", "1.0.0")), check=False)
            assert denied.returncode == 1
            assert 'admission webhook "pods.eci-upgrade-guard.io" denied the request' in denied.stderr
            assert f"pod {namespace}/web: {DENIAL}" in denied.stderr
            assert "remove annotation k8s.aliyun.com/eci-platform-version" in denied.stderr
        assert not every_control_plane.kubectl("get", "pods", "-n", namespace, "-o", "name").stdout
        _, log = guard.stop()
    assert answers_in(log) == {"denied": 2}


def test_a_warning_reaches_the_person_and_the_object_is_created(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    modes = {"pods": "Warn", "workloads": "Warn"}
    with (
        guarding(every_control_plane, tmp_path, modes=modes) as guard,
        registered(every_control_plane, namespace, guard, PODS, WORKLOADS),
    ):
        for manifest in (new_pod("web", "1.0.0"), deployment("shop", "1.0.0")):
            created = every_control_plane.kubectl("create", "-n", namespace, "-f", "-", input=json.dumps(manifest))
            assert f"Warning: {DENIAL}" in created.stderr
            assert "created" in created.stdout


def test_a_pod_that_declares_the_current_version_passes_without_a_word(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    with guarding(every_control_plane, tmp_path) as guard, registered(every_control_plane, namespace, guard, PODS):
        create = ["create", "-n", namespace, "-f", "-"]
        created = every_control_plane.kubectl(*create, input=json.dumps(new_pod("web", "1.1.0")))
        assert created.stderr == ""
        _, log = guard.stop()
    assert answers_in(log)["allowed"] >= 1


@pytest.mark.parametrize(("mode", "decision"), [("Deny", "denied"), ("Audit", "audited")])
def test_the_decision_is_in_the_audit_log(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path, mode: str, decision: str
) -> None:
    modes = {"pods": mode, "workloads": mode}
    with (
        guarding(every_control_plane, tmp_path, modes=modes) as guard,
        registered(every_control_plane, namespace, guard, PODS),
    ):
        create = ["create", "-n", namespace, "-f", "-"]
        created = every_control_plane.kubectl(*create, input=json.dumps(new_pod("web", "1.0.0")), check=False)
        assert (created.returncode == 0, "Warning" in created.stderr) == (mode == "Audit", False)
        prefix = "pods.eci-upgrade-guard.io/"

        def annotated() -> bool:
            return any(
                event.get("annotations", {}).get(f"{prefix}decision") == decision
                and event["annotations"][f"{prefix}reason"] == "PlatformVersionTooOld"
                for event in every_control_plane.audit_events()
                if event["objectRef"].get("namespace") == namespace
            )

        every_control_plane.wait_until("the audit log to have the decision", annotated)


def test_a_rollout_whose_template_pins_an_old_version_says_so_and_goes_on_once_it_does_not(
    every_control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    modes = {"pods": "Deny", "workloads": "Warn"}
    kubectl = every_control_plane.kubectl
    with (
        guarding(every_control_plane, tmp_path, modes=modes) as guard,
        registered(every_control_plane, namespace, guard, PODS, WORKLOADS),
    ):
        created = kubectl("create", "-n", namespace, "-f", "-", input=json.dumps(deployment("web", "1.0.0")))
        assert "from the pod template" in created.stderr
        every_control_plane.wait_until(
            "the replica set to be told",
            lambda: DENIAL in kubectl("get", "events", "-n", namespace, "-o", "json").stdout,
        )
        patch = '{"spec":{"template":{"metadata":{"annotations":null}}}}'
        kubectl("patch", "deployment", "web", "-n", namespace, "-p", patch)
        kubectl("rollout", "status", "deployment", "web", "-n", namespace, "--timeout=50s")
