"""What the policy makes of a plan, and what a live cluster does."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders import Json, running
from tests.cli.plans.documents import CUT, FIT, PROD, UNFIT, UNKNOWN, answers, check, policy, upgrade
from tests.commands import Run
from tests.fake_api import FakeApi, Status

FROZEN = "freezes: [{from: 2000-01-01T00:00:00Z, to: 2900-01-01T00:00:00Z, reason: the century ends}]"
FAR = (datetime.now(UTC).hour + 12) % 24
CLOSED = f'windows: [{{name: closed, schedule: "0 {FAR} * * *", duration: 1m, timeZone: UTC}}]'
OPEN = 'windows: [{name: open, schedule: "* * * * *", duration: 1h, timeZone: UTC, modes: {upgrades: MODE}}]'

LAX = [
    "modes: {upgrades: Warn}",
    "modes: {upgrades: Audit}",
    "modes: {upgrades: Off}",
    "unknown: Allow",
    f"{FROZEN}\nupgradesOutsideWindows: Allow",
    f"{FROZEN}\noutsideWindows: {{modes: {{upgrades: Off}}}}",
    OPEN.replace("MODE", "Off"),
]
SAID = [
    (upgrade(), UNFIT, (3, "denied", "PodsUnfit")),
    (upgrade(becomes="latest"), UNFIT, (4, "unknown", "VersionUnknown")),
    (upgrade(), UNKNOWN, (4, "unknown", "ReadinessUnknown")),
    (upgrade(), CUT, (4, "unknown", "ReadinessUnknown")),
]


@pytest.mark.parametrize("spec", LAX)
@pytest.mark.parametrize(("document", "pods", "said"), SAID)
def test_no_policy_makes_a_plan_break_fewer_pods(
    run: Run, spec: str, document: Json, pods: Path, said: tuple[int, str, str], tmp_path: Path
) -> None:
    code, answer, reason = said
    options = ("--from", pods, "--policy", policy(tmp_path, spec))
    assert answers(run, document, *options) == (code, [(PROD, answer, reason)])


HOURS = [
    (FROZEN, (3, "denied", "Freeze")),
    (CLOSED, (3, "denied", "OutsideWindows")),
    (OPEN.replace("MODE", "Deny"), (0, "allowed", None)),
    (f"{CLOSED}\nmodes: {{upgrades: Warn}}", (0, "warned", "OutsideWindows")),
    (f"{CLOSED}\nupgradesOutsideWindows: Allow", (0, "allowed", None)),
    (f"{CLOSED}\nupgradesOutsideWindows: Deny\nmodes: {{upgrades: Warn}}", (3, "denied", "OutsideWindows")),
]


@pytest.mark.parametrize(("spec", "said"), HOURS)
def test_the_hours_of_the_policy_hold_for_a_plan_too(
    run: Run, spec: str, said: tuple[int, str, str | None], tmp_path: Path
) -> None:
    code, answer, reason = said
    options = ("--from", FIT, "--policy", policy(tmp_path, spec))
    assert answers(run, upgrade(), *options) == (code, [(PROD, answer, reason)])
    assert answers(run, upgrade(becomes="1.24.9-aliyun.1"), *options)[0] == 0, "which is no upgrade"


@pytest.mark.parametrize(("pods", "reason"), [(UNFIT, "PodsUnfit"), (UNKNOWN, "ReadinessUnknown")])
def test_pods_and_hours_are_both_told_and_a_denial_outweighs_what_is_not_known(
    run: Run, pods: Path, reason: str, tmp_path: Path
) -> None:
    ended = check(run, upgrade(), "--from", pods, "--policy", policy(tmp_path, FROZEN))
    assert ended.code == 3
    assert f"({reason})" in ended.out
    assert "the century ends (Freeze)" in ended.out


def test_a_minor_that_is_skipped_is_a_warning_with_nothing_to_do(run: Run) -> None:
    document = upgrade(becomes="1.30.1-aliyun.1")
    assert answers(run, document, "--from", FIT) == (0, [(PROD, "warned", "MinorSkipped")])
    assert "Next" not in check(run, document, "--from", FIT).out


def test_pods_that_the_policy_exempts_from_readiness_stand_in_no_way(run: Run, tmp_path: Path) -> None:
    exempt = policy(tmp_path, "exemptions: [{reason: lab, namespaces: [team-a], countsAsReady: true}]")
    assert check(run, upgrade(), "--from", UNFIT, "--policy", exempt).code == 0


def test_what_runs_is_what_the_policy_says_where_a_list_says_nothing(run: Run, tmp_path: Path) -> None:
    runs = policy(tmp_path, 'thisCluster: {version: "1.26"}')
    ended = check(run, upgrade(), "--from", UNFIT, "--policy", runs)
    assert (ended.code, "goes from Kubernetes 1.24 to 1.26: the cluster runs 1.26 already." in ended.out) == (0, True)
    assert check(run, upgrade(becomes="1.28.3-aliyun.1"), "--from", UNFIT, "--policy", runs).code == 3


def test_where_nobody_says_what_runs_every_rise_counts(run: Run, tmp_path: Path) -> None:
    assert check(run, upgrade(was=None), "--from", UNFIT, "--policy", policy(tmp_path)).code == 3


# A live cluster. It runs 1.24.


def test_the_pods_of_a_live_cluster_decide(run: Run, api: FakeApi, kubeconfig: Path, tmp_path: Path) -> None:
    api.cluster.put(running("old", "1.0.0"))
    chosen = policy(tmp_path)
    ended = check(run, upgrade(), "--kubeconfig", kubeconfig, "--policy", chosen)
    assert (ended.code, ended.err) == (3, "")
    first, *_, last = ended.out.splitlines()
    assert first == f"Checked by the 1 ECI pod of fake ({api.url}) (Kubernetes v1.24.17-fake), by policy test:"
    assert "1.24 runs" in ended.out
    assert last == f"  eci-upgrade-guard report --kubeconfig {kubeconfig} --policy {chosen} --target 1.26"
    api.cluster.put(running("old", "1.1.0"))
    assert check(run, upgrade(), "--kubeconfig", kubeconfig, "--context", "fake").code == 0


def test_another_cluster_than_that_of_the_plan_says_nothing(
    run: Run, api: FakeApi, kubeconfig: Path, tmp_path: Path
) -> None:
    """With a context that was forgotten, any cluster that is fit would let the plan pass."""
    api.cluster.put(running("fit", "1.1.0"))
    document = upgrade("1.22.15-aliyun.1", "1.24.6-aliyun.1")
    assert answers(run, document, "--kubeconfig", kubeconfig) == (4, [(PROD, "unknown", "ReadinessUnknown")])
    assert "the cluster that was looked at runs 1.24" in check(run, document, "--kubeconfig", kubeconfig).out
    runs = policy(tmp_path, 'thisCluster: {version: "1.22"}')
    assert check(run, document, "--kubeconfig", kubeconfig, "--policy", runs).code == 0, "the policy knows better"


@pytest.mark.parametrize("status", [403, 500])
def test_a_cluster_that_refuses_is_a_failure_in_one_line(
    run: Run, api: FakeApi, kubeconfig: Path, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhook.inventory.taking._ATTEMPTS", 1)
    api.always("list pods", Status(status))
    ended = check(run, upgrade(), "--kubeconfig", kubeconfig)
    assert (ended.code, ended.out) == (1, "")
    assert len(ended.err.splitlines()) == 1


def test_a_cluster_that_is_not_there_is_a_failure_in_one_line(run: Run, tmp_path: Path) -> None:
    with FakeApi() as api:
        gone = api.kubeconfig(tmp_path / "kubeconfig")
    ended = check(run, upgrade(), "--kubeconfig", gone)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith("eci-upgrade-guard: the cluster could not be read: ")
    assert len(ended.err.splitlines()) == 1


def test_a_pod_that_cannot_be_read_leaves_it_unknown(run: Run, api: FakeApi, kubeconfig: Path) -> None:
    api.cluster.put(running("fit", "1.1.0"))
    api.cluster.put_encoded("team-a", "poison", b'{"metadata":{"name":"poison","namespace":"team-a"},"spec":5}')
    assert answers(run, upgrade(), "--kubeconfig", kubeconfig) == (4, [(PROD, "unknown", "ReadinessUnknown")])
