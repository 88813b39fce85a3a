"""``recreate``: which options go together, what a plan prints, and how it ends."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from tests.builders import running
from tests.fake_api import FakeApi
from webhook.recreation.journal import Event, Line
from webhook.recreation.journal_file import JournalFile
from webhook.recreation.plan import Plan, WorkloadRef

Run = Callable[..., Any]


@pytest.fixture
def plan(run: Run, kubeconfig: Path) -> Run:
    return lambda *arguments: run("recreate", "--kubeconfig", kubeconfig, "--target", "1.26", "--dry-run", *arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--dry-run"], "--target is needed without --policy"),
        (["--target", "1.26", "--dry-run", "--workload", "deploy/web"], "--workload goes with -n"),
        (["--target", "1.26", "--dry-run", "--workload", "web"], "not KIND/NAME, like Deployment/web"),
        (["--target", "1.26", "--dry-run", "-l", "app in"], "not a label selector (requirement 1)"),
        (["--target", "1.26", "--dry-run", "--concurrency", "0"], "not a number from 1 to 1000"),
        (["--target", "1.26", "--dry-run", "--timeout", "soon"], "not a duration"),
        (["--target", "1.26", "--dry-run", "--accept-blocked", "101%"], "not a percentage from 0 to 100"),
        (["--target", "1.26", "--dry-run", "--bare", "delete"], "'delete' is none of"),
        (["--target", "1.26", "--dry-runs"], "there is no --dry-runs; did you mean --dry-run?"),
    ],
)
def test_what_does_not_go_together_is_told_before_anything_is_read(
    run: Run, arguments: list[str], message: str
) -> None:
    ended = run("recreate", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err


def test_a_plan_is_shown_and_what_could_not_be_read_is_told(plan: Run, api: FakeApi) -> None:
    api.cluster.put(running("old", "1.0.0"))
    ended = plan()
    assert ended.code == 3
    assert ended.out.startswith("Plan for Kubernetes 1.26: 0 pods of 0 workloads to make anew, 1 left out\n")
    assert "team-a      Pod/old    BarePod" in ended.out
    assert "not examined: deployments: " in ended.err


@pytest.mark.parametrize(("version", "code"), [("1.1.0", 0), ("1.0.0", 3), ("0.9.0", 4)])
def test_the_exit_code_says_what_is_to_do(plan: Run, api: FakeApi, version: str, code: int) -> None:
    api.cluster.put(running("one", version))
    assert plan().code == code


def test_a_plan_is_saved_as_the_json_that_is_printed(plan: Run, api: FakeApi, tmp_path: Path) -> None:
    api.cluster.put(running("old", "1.0.0"))
    ended = plan("-o", "json", "--save", tmp_path / "plan.json")
    assert (tmp_path / "plan.json").read_text() == ended.out
    assert msgspec.json.decode(ended.out, type=Plan).left_out[0].pods[0].name == "old"


def test_a_plan_that_cannot_be_saved_is_an_error(plan: Run, api: FakeApi, tmp_path: Path) -> None:
    api.cluster.put(running("old", "1.0.0"))
    ended = plan("--save", tmp_path / "none" / "plan.json")
    assert (ended.code, ended.out) == (1, "")
    assert "cannot write" in ended.err


def test_a_workload_that_is_mistyped_is_an_error_and_no_empty_plan(plan: Run, api: FakeApi) -> None:
    api.cluster.put_namespace({"metadata": {"name": "team-a", "uid": "u"}})
    api.cluster.put(running("old", "1.0.0"))
    ended = plan("-n", "team-a", "--workload", "deploy/wbe")
    assert (ended.code, ended.out) == (1, "")
    assert "there is no ECI pod in team-a of deploy/wbe" in ended.err
    assert plan("-n", "team-a", "--workload", "po/old").code == 3


def test_a_manifest_is_its_owner_s_alone_also_where_an_older_file_was_anybody_s(
    run: Run, kubeconfig: Path, api: FakeApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.cluster.put(running("old", "1.0.0"))
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "team-a.old.pod.json"
    file.write_text("an older one")
    file.chmod(0o644)
    everything = ["--target", "1.26", "--bare", "export", "--accept-blocked", "100", "--yes"]
    assert run("recreate", "--kubeconfig", kubeconfig, *everything).code == 3
    assert (file.stat().st_mode & 0o777, msgspec.json.decode(file.read_bytes())["kind"]) == (0o600, "Pod")


def test_labels_that_no_eci_pod_has_are_an_error_too(plan: Run, api: FakeApi) -> None:
    api.cluster.put(running("old", "1.0.0"))
    ended = plan("-l", "app=nosuch")
    assert (ended.code, ended.out) == (1, "")
    assert "there is no ECI pod with app=nosuch" in ended.err
    assert plan("-l", "app!=nosuch").code == 3


def test_what_an_earlier_run_left_in_hand_is_gone_on_with_also_where_no_pod_is_left_to_be_named(
    plan: Run, api: FakeApi, tmp_path: Path
) -> None:
    """As a bare pod that was evicted, and is not created again yet. That pod is not in the plan any more."""
    api.cluster.put(running("other", "1.1.0"))
    cluster = msgspec.json.decode(plan("-o", "json").out, type=Plan).cluster
    when, bare = datetime(2026, 11, 26, 9, tzinfo=UTC), WorkloadRef(namespace="shop", kind="Pod", name="web", uid="u")
    begun = Line(when=when, who="anna@desk", run="run-0", cluster=cluster, event=Event.BEGUN)
    path = tmp_path / "journal"
    with JournalFile(path) as journal:
        journal.write(begun, replace(begun, event=Event.EVICTED, workload=bare, pod="web", uid="u"))
        journal.write(replace(begun, who="bert@desk", cluster="another"))
    ended = plan("-l", "app=web", "--journal", path)
    assert (ended.code, "there is no ECI pod" in ended.err) == (3, False)
    by = "; the last to begin was anna@desk, at 2026-11-26T09:00:00Z: 1 pod in hand beside the plan\n"
    assert f"Going on from {path}{by}" in ended.err


def test_a_namespace_without_eci_pods_is_ready_and_says_why_and_one_that_is_not_there_is_an_error(
    plan: Run, api: FakeApi
) -> None:
    api.cluster.put_namespace({"metadata": {"name": "team-a", "uid": "u"}})
    ended = plan("-n", "team-a")
    assert (ended.code, "no pod has to be made anew" in ended.out) == (0, True)
    assert "there is no ECI pod in team-a" in ended.err
    assert plan("-n", "nosuch").code == 1


def test_a_plan_holds_the_id_of_its_cluster_where_that_can_be_seen(plan: Run, api: FakeApi) -> None:
    for uid in ("", "u-1"):
        if uid:
            api.cluster.put_namespace({"metadata": {"name": "kube-system", "uid": uid}})
        assert msgspec.json.decode(plan("-o", "json").out, type=Plan).cluster_id == uid


def test_nothing_is_written_to_the_cluster(plan: Run, api: FakeApi) -> None:
    api.cluster.put(running("old", "1.0.0"))
    plan("--bare", "recreate")
    assert api.requests
    assert not [one for one in api.requests if one.method != "GET" or "watch" in one.query]
    assert len([one for one in api.requests if one.path == "/api/v1/pods"]) == 1
