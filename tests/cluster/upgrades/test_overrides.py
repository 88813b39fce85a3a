"""Overrides under real RBAC: a right to something that is no object, asked of the API server by SubjectAccessReview."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.control_plane import ControlPlane
from tests.cluster.guarding import answers_in
from tests.cluster.upgrades.kinds import ALI, asking, define
from tests.cluster.upgrades.staging import Eve, eve
from webhook.policy.upgrades.override import ANNOTATION

Json = dict[str, Any]

_RBAC = "/apis/rbac.authorization.k8s.io/v1"
OVERRIDE = {"apiGroups": ["eci-upgrade-guard.io"], "resources": ["upgrades"], "verbs": ["override"]}
WRITE = {"apiGroups": [ALI.group], "resources": [ALI.plural], "verbs": ["*"]}
MAY, MAY_NOT = "anna", "bert"


@pytest.fixture
def staged(every_control_plane: ControlPlane, namespace: str, tmp_path: Path) -> Iterator[Eve]:
    """Pods are unfit; both users may write the upgrade object, and one of them may override."""
    define(every_control_plane)
    roles = {f"{namespace}-write": (WRITE, [MAY, MAY_NOT]), f"{namespace}-override": (OVERRIDE, [MAY])}
    with every_control_plane.client() as client:
        for name, (rule, users) in roles.items():
            bodies: dict[str, Json] = {
                "clusterroles": {"rules": [rule]},
                "clusterrolebindings": {
                    "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name},
                    "subjects": [
                        {"kind": "User", "name": user, "apiGroup": "rbac.authorization.k8s.io"} for user in users
                    ],
                },
            }
            for plural, body in bodies.items():
                client.post(f"{_RBAC}/{plural}", json={"metadata": {"name": name}} | body).raise_for_status()
        with eve(every_control_plane, namespace, tmp_path) as one:
            one.age()
            one.kubectl("create", obj=asking(ALI, namespace, 24), check=True)
            yield one
        for name in roles:
            client.delete(f"{_RBAC}/clusterroles/{name}")
            client.delete(f"{_RBAC}/clusterrolebindings/{name}")


def override(minor: str = "1.26", hours: float = 4) -> Json:
    until = datetime.now(UTC) + timedelta(hours=hours)
    value = f"{minor} until={until.strftime('%Y-%m-%dT%H:%M:%SZ')}: the batch pods may die"
    return {"metadata": {"annotations": {ANNOTATION: value}}}


def test_who_may_override_annotates_and_goes_on(staged: Eve) -> None:
    assert staged.rise(ALI, 26, user=MAY).returncode == 1
    noted = staged.patch(ALI, override(), user=MAY)
    assert noted.returncode == 0
    assert "sets an override for 1.26 until" in noted.stderr
    risen = staged.rise(ALI, 26, user=MAY)
    assert risen.returncode == 0, risen.stderr
    assert "cannot run there (PodsUnfit)" in risen.stderr
    assert f"Warning: overridden by {MAY} until" in risen.stderr
    assert "Warning: because: the batch pods may die" in risen.stderr
    prefix = "upgrades.eci-upgrade-guard.io"

    def noted_in_the_audit_log() -> bool:
        return any(
            event.get("annotations", {}).get(f"{prefix}/decision") == "overridden"
            and event["annotations"][f"{prefix}/override"].endswith(": the batch pods may die")
            and event["annotations"][f"{prefix}/requested"] == "1.26"
            for event in staged.control_plane.audit_events()
            if event["objectRef"].get("namespace") == staged.namespace
        )

    staged.control_plane.wait_until("the audit log to have the override", noted_in_the_audit_log)
    _, log = staged.guard.stop()
    assert answers_in(log)["overridden"] == 1


def test_who_may_not_override_can_neither_set_nor_use_one(staged: Eve) -> None:
    refused = staged.patch(ALI, override(), user=MAY_NOT)
    assert refused.returncode == 1
    assert "sets the annotation eci-upgrade-guard.io/override, but who asks may not override" in refused.stderr
    both = staged.patch(ALI, override() | {"spec": asking(ALI, staged.namespace, 26)["spec"]}, user=MAY_NOT)
    assert both.returncode == 1
    staged.patch(ALI, override(), user=MAY, check=True)
    used = staged.rise(ALI, 26, user=MAY_NOT)
    assert used.returncode == 1
    assert "The override that is set does not help: who asks may not override upgrades" in used.stderr
    assert staged.patch(ALI, {"metadata": {"annotations": {ANNOTATION: None}}}, user=MAY_NOT).returncode == 0


def test_an_override_holds_for_its_minor_alone(staged: Eve) -> None:
    staged.patch(ALI, override("1.28"), user=MAY, check=True)
    denied = staged.rise(ALI, 26, user=MAY)
    assert denied.returncode == 1
    assert "The override that is set does not help: it is for 1.28 and not for 1.26" in denied.stderr


def test_an_override_that_holds_for_nothing_cannot_be_set_by_who_may_override_either(staged: Eve) -> None:
    for given, why in (
        (override(hours=-1), "it ended at"),
        (override(hours=100), "it ends more than 72 h from now"),
        ({"metadata": {"annotations": {ANNOTATION: "please"}}}, "it is not written like"),
    ):
        denied = staged.patch(ALI, given, user=MAY)
        assert denied.returncode == 1
        assert f"sets the annotation {ANNOTATION}, but {why}" in denied.stderr


def test_a_right_in_a_namespace_is_none(staged: Eve) -> None:
    """Who rules over a namespace could grant that to himself."""
    with staged.control_plane.client() as client:
        within = f"{_RBAC}/namespaces/{staged.namespace}"
        client.post(f"{within}/roles", json={"metadata": {"name": "o"}, "rules": [OVERRIDE]}).raise_for_status()
        binding = {
            "metadata": {"name": "o"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "o"},
            "subjects": [{"kind": "User", "name": MAY_NOT, "apiGroup": "rbac.authorization.k8s.io"}],
        }
        client.post(f"{within}/rolebindings", json=binding).raise_for_status()
    refused = staged.patch(ALI, override(), user=MAY_NOT)
    assert refused.returncode == 1
    assert "may not override" in refused.stderr
