"""``check``: what would be answered, without a cluster and without a server."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.builders import Json, pod, pod_list, review, workload

EXAMPLES = Path(__file__).parents[2] / "manifests/examples"
Run = Callable[..., Any]

OLD, NEW = pod("old", platform_version="1.0.0"), pod("new")


@pytest.fixture
def deny(tmp_path: Path) -> Path:
    policy = tmp_path / "deny.yaml"
    policy.write_text(
        "apiVersion: eci-upgrade-guard.io/v1alpha1\nkind: UpgradePolicy\nmetadata: {name: deny}\n"
        "spec: {targetVersion: 1.26, modes: {pods: Deny, workloads: Warn}}\n",
    )
    return policy


def check(run: Run, policy: Path, stdin: bytes) -> tuple[int, list[Json]]:
    ended = run("check", "-f", "-", "--policy", policy, "-o", "json", stdin=stdin)
    return ended.code, json.loads(ended.out)["checked"]


def test_manifests_in_yaml_with_several_documents(run: Run, deny: Path) -> None:
    ended = run("check", "-f", EXAMPLES / "pod.yaml", "--policy", deny)
    assert ended.code == 3
    assert [line.split()[:3] for line in ended.out.splitlines() if not line.startswith(" ")][1:] == [
        ["denied", "Pod", "shop/restored"],
        ["allowed", "Pod", "shop/fresh"],
        ["warned", "CronJob", "shop/nightly"],
    ]


def test_an_admission_review_as_the_server_gets_it(run: Run, deny: Path) -> None:
    code, checked = check(run, deny, (EXAMPLES / "admission-review.json").read_bytes())
    assert code == 3
    assert checked[0]["object"] == "Pod shop/restored"
    assert checked[0]["reason"] == "PlatformVersionTooOld"


@pytest.mark.parametrize(
    "encode",
    [lambda items: pod_list(*items), lambda items: b"---\n".join(json.dumps(one).encode() + b"\n" for one in items)],
)
def test_lists_and_documents_are_taken_apart(run: Run, deny: Path, encode: Callable[[list[Json]], bytes]) -> None:
    code, checked = check(run, deny, encode([OLD, NEW, workload("Deployment", OLD)]))
    assert code == 3
    assert [one["answer"] for one in checked] == ["denied", "allowed", "warned"]


@pytest.mark.parametrize(
    "kind",
    [
        *(
            "v1 Service",
            "v1 Endpoints",
            "v1 LimitRange",
            "v1 Namespace",
            "v1 Secret",
            "v1 PodTemplate",
            "v1 ServiceAccount",
        ),
        *("apps/v1 ControllerRevision", "policy/v1 PodDisruptionBudget", "autoscaling/v2 HorizontalPodAutoscaler"),
        *(
            "cluster.x-k8s.io/v1beta1 ClusterClass",
            "infrastructure.cluster.x-k8s.io/v1beta1 AzureASOManagedControlPlaneTemplate",
            "rbac.authorization.k8s.io/v1 ClusterRole",
        ),
    ],
)
def test_all_allowed_is_0_also_beside_kinds_of_no_concern(run: Run, deny: Path, kind: str) -> None:
    group_version, name = kind.split()
    code, checked = check(run, deny, pod_list(NEW, {"apiVersion": group_version, "kind": name}))
    assert code == 0
    assert [one["answer"] for one in checked] == ["allowed", "of no concern"]


@pytest.mark.parametrize(
    ("kind", "meant"),
    [
        ("apps/v1 Deploymnt", "Deployment.apps"),
        ("app/v1 Deployment", "Deployment.apps"),
        ("v1 StatefulSet", "StatefulSet.apps"),
        ("v1 pod", "Pod"),
        ("batch/v1 Jobs", "Job.batch"),
        ("upgrade.cattle.io/v1 Plans", "Plan"),
        ("ali.cattle.io/v1 AliClusterConfg", "AliClusterConfig"),
    ],
)
def test_a_kind_that_is_mistyped_is_told_and_no_pass(run: Run, deny: Path, kind: str, meant: str) -> None:
    group_version, name = kind.split()
    typed = OLD | {"apiVersion": group_version, "kind": name}
    ended = run("check", "-f", "-", "--policy", deny, stdin=pod_list(NEW, typed))
    assert ended.code == 4
    assert f"unreadable   {name} team-a/old\n             no such kind is judged; did you mean {meant}?\n" in ended.out
    assert ended.err.endswith("standard input: 1 of 2 objects could not be read or judged\n")


def test_a_kind_of_another_group_is_not_the_kind_that_is_judged(run: Run, deny: Path) -> None:
    knative = workload("Deployment", OLD) | {"apiVersion": "example.com/v1"}
    assert check(run, deny, json.dumps(knative).encode())[1][0]["answer"] == "of no concern"


@pytest.mark.parametrize(
    ("odd", "message"),
    [
        (5, "not an object of Kubernetes"),
        ({}, "it has no apiVersion or no kind"),
        ({"apiVersion": "v1", "kind": "Pod"}, "request.object has no metadata"),
        ({"apiVersion": "v1", "kind": "Pod", "metadata": 5}, "request.object has a wrong type"),
        ({"apiVersion": ["v1"], "kind": {"a": 1}}, None),
    ],
)
def test_one_odd_object_hides_no_other(run: Run, deny: Path, odd: Any, message: str | None) -> None:
    code, checked = check(run, deny, json.dumps({"kind": "List", "items": [odd, NEW]}).encode())
    if message:
        assert code == 4
        assert checked[0]["answer"] == "unreadable"
        assert checked[0]["messages"][0].startswith(message)
    assert checked[1]["answer"] == "allowed"
    assert check(run, deny, json.dumps({"kind": "List", "items": [odd, OLD]}).encode())[0] == 3


def test_without_a_policy_pods_are_warned_about_and_a_target_is_needed(run: Run) -> None:
    assert run("check", "-f", "-", "--target", "1.26", stdin=json.dumps(OLD).encode()).code == 0
    assert run("check", "-f", "-", stdin=json.dumps(OLD).encode()).code == 2


@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        (b"a: [", "standard input: neither JSON nor YAML: did not find expected node content (line 2)"),
        (b"\xff\xfe", "standard input: not UTF-8"),
        (b"[" * 100_000, "standard input: nested more than 100 deep (line 1)"),
        (b"a: &a [*a]", "standard input: an alias that contains itself (line 1)"),
        (
            b"a:\n\tb: 1",
            "standard input: neither JSON nor YAML: found character that cannot start any token (tabs do not ",
        ),
        (b"a: \x00", "standard input: neither JSON nor YAML"),
        (b"a: !!python/object:os.system x", "standard input: neither JSON nor YAML: could not determine a constructor"),
        (b"a: 2026-99-99", "standard input: neither JSON nor YAML"),
    ],
)
def test_what_is_no_manifest_is_a_failure_in_one_line(run: Run, stdin: bytes, message: str) -> None:
    ended = run("check", "-f", "-", "--target", "1.26", stdin=stdin)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"eci-upgrade-guard: {message}")
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize("value", [b"2026-11-22", b".nan", b"!!binary aGk=", b"!!set {a, b}", b"{1: a}", b"{[1]: a}"])
def test_values_that_only_yaml_has_are_no_crash(run: Run, value: bytes) -> None:
    manifest = b"apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  extra: " + value + b"\n"
    assert run("check", "-f", "-", "--target", "1.26", stdin=manifest).code in (0, 1, 4)


def test_an_empty_input_is_no_pass(run: Run) -> None:
    ended = run("check", "-f", "-", "--target", "1.26", stdin=b"# only a comment\n")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "eci-upgrade-guard: standard input: there is no object in it, so nothing was checked\n"


def test_items_of_a_typed_list_have_its_type(run: Run, deny: Path) -> None:
    item = {key: value for key, value in OLD.items() if key not in ("apiVersion", "kind")}
    code, checked = check(run, deny, pod_list(item, kind="PodList"))
    assert (code, checked[0]["object"]) == (3, "Pod team-a/old")


def test_a_review_for_a_system_namespace_or_an_update_is_allowed(run: Run, deny: Path) -> None:
    reviews = [review(OLD, operation="UPDATE"), review(OLD, namespace="kube-system")]
    code, checked = check(run, deny, json.dumps({"kind": "List", "items": reviews}).encode())
    assert (code, [one["answer"] for one in checked]) == (0, ["allowed", "allowed"])
