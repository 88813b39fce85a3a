"""The guard is registered and nobody answers: its Service leads to no process. What the cluster may still do."""

import json
import secrets
from pathlib import Path

import pytest

from tests.cluster import VERSIONS
from tests.cluster.admission.objects import deployment, new_pod
from tests.cluster.control_plane import ControlPlane
from tests.cluster.manifests.installing import NAME
from tests.cluster.manifests.overlays import FROM_1_28, JUDGING, Json, every_combination, name_of, overlay
from tests.cluster.nodes import ON_VIRTUAL_NODES
from tests.cluster.upgrades.kinds import ALI, MACHINES, asking, define
from webhook.policy.upgrades.override import ANNOTATION

COMBINATIONS = every_combination(JUDGING, VERSIONS[0])
OF_UPGRADES = every_combination(("match-conditions", "fail-closed"), VERSIONS[0])
"""The other one is about pods alone."""
FAILED_OPEN = "failed-open.validating.webhook.admission.k8s.io/"


@pytest.fixture
def chosen(request: pytest.FixtureRequest, every_control_plane: ControlPlane) -> tuple[str, ...]:
    components: tuple[str, ...] = request.param
    if every_control_plane.version == "1.24" and FROM_1_28.intersection(components):
        pytest.skip("for 1.28 and later")
    return components


@pytest.fixture
def down(
    every_control_plane: ControlPlane,
    installed_base: str,
    chosen: tuple[str, ...],
    namespace: str,
    tmp_path: Path,
) -> tuple[str, ...]:
    """Have the API server go by these components from now on, in the test's namespace and in all others."""
    assert installed_base == ""
    _store_cluster(every_control_plane, namespace)
    mark = f"mark-{secrets.token_hex(4)}.x.io"
    patch = {"patch": json.dumps(_marking(mark, namespace))}
    every_control_plane.kubectl("apply", "-k", str(overlay(tmp_path, chosen, patches=[patch])))
    asked = ["create", "configmap", "any", f"--namespace={namespace}", "--dry-run=server"]
    every_control_plane.wait_until(
        "the API server to have read it", lambda: mark in every_control_plane.kubectl(*asked, check=False).stderr
    )
    return chosen


def _store_cluster(control_plane: ControlPlane, namespace: str) -> None:
    """Have an object that may ask for an upgrade, as if it had been there long before the guard."""
    define(control_plane)
    kubectl = control_plane.kubectl
    kubectl("delete", "validatingwebhookconfiguration", NAME)
    written = json.dumps(asking(ALI, namespace, 24))
    control_plane.wait_until(
        "the webhook to be forgotten",
        lambda: kubectl("create", "-f", "-", input=written, check=False).returncode == 0,
    )


def _marking(name: str, namespace: str) -> Json:
    """An entry that shows which configuration is in force: it fails for whoever creates a ConfigMap there."""
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": NAME},
        "webhooks": [
            {
                "name": name,
                "clientConfig": {"service": {"namespace": NAME, "name": NAME, "port": 443}},
                "rules": [
                    {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["configmaps"]}
                ],
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
                "failurePolicy": "Fail",
                "sideEffects": "None",
                "admissionReviewVersions": ["v1"],
            }
        ],
    }


def passed_unjudged(control_plane: ControlPlane, namespace: str, resource: str) -> bool:
    """Tell whether the API server wrote down that it called, got no answer, and went on."""
    return any(
        name.startswith(FAILED_OPEN)
        for event in control_plane.audit_events()
        if (found := event.get("objectRef", {})).get("namespace") == namespace and found.get("resource") == resource
        for name in event.get("annotations", ())
    )


@pytest.mark.parametrize("chosen", COMBINATIONS, ids=name_of, indirect=True)
@pytest.mark.usefixtures("down")
def test_pods_are_created_and_run_on_ordinary_and_on_virtual_nodes(
    every_control_plane: ControlPlane, namespace: str
) -> None:
    ordinary, virtual = deployment("ordinary"), deployment("virtual", "1.0.0")
    for key in ON_VIRTUAL_NODES:
        del ordinary["spec"]["template"]["spec"][key]
    kubectl = every_control_plane.kubectl
    for one in (ordinary, virtual, new_pod("bare", "1.0.0")):
        kubectl("apply", f"--namespace={namespace}", "-f", "-", input=json.dumps(one))
    for name in ("ordinary", "virtual"):
        kubectl("rollout", "status", f"deployment/{name}", f"--namespace={namespace}", "--timeout=30s")
    kubectl("wait", "--for=condition=Ready", "pod/bare", f"--namespace={namespace}", "--timeout=30s")
    # They came because the API server went on, and not because it never called.
    every_control_plane.wait_until("the audit log", lambda: passed_unjudged(every_control_plane, namespace, "pods"))
    assert passed_unjudged(every_control_plane, namespace, "deployments")


@pytest.mark.parametrize("chosen", OF_UPGRADES, ids=name_of, indirect=True)
def test_upgrades_wait_where_they_are_to_fail_closed_and_nowhere_else(
    every_control_plane: ControlPlane, namespace: str, down: tuple[str, ...]
) -> None:
    def waits(*asked: str, **options: str) -> bool:
        done = every_control_plane.kubectl(*asked, "--dry-run=server", check=False, **options)
        assert done.returncode == 0 or "failed calling webhook" in done.stderr, done.stderr
        return done.returncode != 0

    def change(**changed: Json) -> list[str]:
        patch = f"--patch={json.dumps(changed)}"
        return ["patch", ALI.name, namespace, f"--namespace={namespace}", "--type=merge", patch]

    closed, narrow = "fail-closed" in down, "match-conditions" in down
    assert waits(*change(spec=asking(ALI, namespace, 26)["spec"])) is closed
    assert waits(*change(metadata={"annotations": {ANNOTATION: "1.26 until=…"}})) is closed
    # Where conditions are, what touches neither version nor override is never sent, so it cannot fail.
    assert waits(*change(metadata={"labels": {"team": "shop"}})) is (closed and not narrow)
    new = asking(ALI, namespace, 24)
    new["metadata"]["name"] += "-new"
    assert waits("create", "-f", "-", input=json.dumps(new)) is closed
    # What controllers write in the middle of an upgrade goes on, whatever was chosen.
    assert waits("create", "-f", "-", input=json.dumps(asking(MACHINES, namespace, 26))) is False
