"""``check`` of objects that ask for an upgrade, as somebody would apply them."""

import json
from pathlib import Path

import pytest

from tests.admission.upgrades.asking import ali
from tests.builders import Json, pod
from tests.cli.plans.documents import FIT, PROD, UNFIT, UNKNOWN, answers, check, policy, upgrade
from tests.commands import Run

ALI = ali("1.26.3-aliyun.1")
SUC = {
    "apiVersion": "upgrade.cattle.io/v1",
    "kind": "Plan",
    "metadata": {"namespace": "system-upgrade", "name": "k3s"},
    "spec": {"version": "v1.26.3+k3s1", "upgrade": {"image": "rancher/k3s-upgrade"}},
}
RANCHER = {
    "apiVersion": "management.cattle.io/v3",
    "kind": "Cluster",
    "metadata": {"name": "c-4kzqp"},
    "spec": {"aliConfig": {"kubernetesVersion": "1.26.3-aliyun.1"}},
}
CLAIMED = "thisCluster: {objects: [{namespace: fleet, name: prod}, {name: c-4kzqp}]}"
MANIFESTS = [
    ("AliClusterConfig fleet/prod", ALI),
    ("Plan system-upgrade/k3s", SUC),
    ("Cluster c-4kzqp", RANCHER),
]


@pytest.mark.parametrize(("name", "manifest"), MANIFESTS)
def test_an_object_that_asks_for_an_upgrade_is_denied_until_the_pods_are_fit(
    run: Run, name: str, manifest: Json, tmp_path: Path
) -> None:
    claimed = policy(tmp_path, CLAIMED)
    denied = answers(run, manifest, "--policy", claimed, "--from", UNFIT)
    assert denied == (3, [(name, "denied", "PodsUnfit")])
    allowed = answers(run, manifest, "--policy", claimed, "--from", FIT)
    assert allowed == (0, [(name, "allowed", None)])
    unknown = answers(run, manifest, "--policy", claimed, "--from", UNKNOWN)
    assert unknown == (3, [(name, "denied", "ReadinessUnknown")]), "that is what the guard would answer"


def test_it_is_named_as_the_api_server_would_and_the_next_command_is_the_last_line(run: Run, tmp_path: Path) -> None:
    claimed = policy(tmp_path, CLAIMED)
    ended = check(run, RANCHER, "--policy", claimed, "--from", UNFIT)
    first, row, said, *_, last = ended.out.splitlines()
    assert first == f"Checked by the 3 ECI pods of {UNFIT}, by policy test:"
    assert row == "denied   Cluster c-4kzqp"
    assert said.startswith("         Cluster c-4kzqp asks for Kubernetes 1.26 (spec.aliConfig.kubernetesVersion): ")
    assert last.endswith(f"| eci-upgrade-guard report --from - --policy {claimed} --target 1.26")


def test_a_hub_object_that_the_policy_does_not_claim_was_not_judged_and_says_so(run: Run) -> None:
    ended = check(run, ALI, "--from", UNFIT)
    assert ended.code == 4
    _, row, said = ended.out.splitlines()
    assert row == "not judged   AliClusterConfig fleet/prod"
    assert "was not judged" in said, "and there is nothing to do about it"
    assert said.endswith("(NotClaimed).")


def test_an_object_in_the_cluster_that_it_upgrades_needs_no_claim_no_policy_and_no_target(run: Run) -> None:
    assert answers(run, SUC, "--from", UNFIT) == (3, [("Plan system-upgrade/k3s", "denied", "PodsUnfit")])


@pytest.mark.parametrize(("mode", "answer"), [("Warn", "warned"), ("Audit", "audited"), ("Off", "allowed")])
def test_of_an_object_the_mode_decides_as_it_would_at_admission(
    run: Run, mode: str, answer: str, tmp_path: Path
) -> None:
    chosen = policy(tmp_path, f"modes: {{upgrades: {mode}}}")
    code, ((_, said, _),) = answers(run, SUC, "--from", UNFIT, "--policy", chosen)
    assert (code, said) == (0, answer)


def test_plans_objects_and_pods_may_stand_in_one_input_and_then_a_target_is_needed(run: Run, tmp_path: Path) -> None:
    """The target is for pods alone: the others say themselves what they ask for."""
    mixed = {"kind": "List", "items": [SUC, upgrade(), pod("fresh")]}
    ended = check(run, mixed, "--from", UNFIT)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "eci-upgrade-guard: --target is needed without --policy\n"
    ended = check(run, mixed, "--from", UNFIT, "--target", "1.30")
    assert ended.code == 3
    assert ended.out.startswith(f"Checked against Kubernetes 1.30, by the 3 ECI pods of {UNFIT}, by policy default:\n")
    _, rows = answers(run, mixed, "--from", UNFIT, "--policy", policy(tmp_path))
    assert rows == [
        ("Plan system-upgrade/k3s", "denied", "PodsUnfit"),
        (PROD, "denied", "PodsUnfit"),
        ("Pod team-a/fresh", "allowed", None),
    ]


def test_pods_alone_need_a_target_also_with_a_list(run: Run) -> None:
    assert check(run, pod("fresh"), "--from", UNFIT).code == 2


def test_a_policy_that_comes_by_standard_input_is_read_once(run: Run, tmp_path: Path) -> None:
    manifest = tmp_path / "pod.json"
    manifest.write_text(json.dumps(pod("fresh")))
    ended = run("check", "-f", manifest, "--policy", "-", stdin=policy(tmp_path).read_bytes())
    assert (ended.code, ended.err) == (0, "")
