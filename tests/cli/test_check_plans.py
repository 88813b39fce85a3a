"""``check`` of a Terraform plan: what of it is an upgrade, and what is said of that."""

import json
from pathlib import Path

import pytest

from tests.builders import Json
from tests.cli.plans.documents import (
    CLUSTER,
    FIT,
    HANGZHOU,
    PLANS,
    PROD,
    UNFIT,
    answers,
    check,
    cluster_in,
    plan,
    policy,
    upgrade,
    with_cluster,
)
from tests.commands import Run

# What in a plan is an upgrade. With pods that run up to 1.24 alone.

MADE, GOES = {"actions": ["create"], "before": None}, {"actions": ["delete"], "after": None}
JUDGED = [
    ("an upgrade", upgrade(), 3),
    ("over minors that lie between", upgrade(becomes="1.30.1-aliyun.1"), 3),
    ("to what the pods run under", upgrade("1.22.15-aliyun.1", "1.24.6-aliyun.1"), 0),
    ("a replacement", upgrade(actions=["delete", "create"], replace_paths=[["vswitch_ids"]]), 3),
    ("a replacement that is made first", upgrade(actions=["create", "delete"]), 3),
    ("a replacement of what is forgotten", upgrade(actions=["create", "forget"]), 3),
    ("an import that upgrades", upgrade(importing={"id": "c5b8"}), 3),
    ("a first version", upgrade(was=None), 3),
    ("a patch", upgrade(becomes="1.24.9-aliyun.1"), 0),
    ("a downgrade", upgrade("1.26.3-aliyun.1", "1.24.6-aliyun.1"), 0),
    ("nothing", upgrade("1.26.3-aliyun.1", actions=["no-op"]), 0),
    ("no version any more", upgrade(becomes=None), 0),
    ("an empty version", upgrade(becomes=""), 0),
    ("never a version", upgrade(was=None, becomes=None), 0),
    ("a cluster that is made", upgrade(**MADE), 0),
    ("a cluster that goes", upgrade(**GOES), 0),
    ("a cluster that is forgotten", upgrade(**GOES | {"actions": ["forget"]}), 0),
    ("a version that is known later", upgrade(becomes=None, after_unknown={"version": True}), 4),
    ("a state that is known later", upgrade(after=None, after_unknown=True), 4),
    ("no version at all", upgrade(becomes="latest"), 4),
    ("no version at all, as before", upgrade("latest", "latest"), 0),
    ("a version in place of none", upgrade("latest", "1.26.3-aliyun.1"), 3),
]


@pytest.mark.parametrize(("document", "code"), [case[1:] for case in JUDGED], ids=[case[0] for case in JUDGED])
def test_a_plan_ends_by_what_its_upgrade_would_do_to_the_pods(run: Run, document: Json, code: int) -> None:
    ended = check(run, document, "--from", UNFIT)
    assert ended.code == code
    assert len(ended.err.splitlines()) == (1 if code == 4 else 0)
    assert check(run, document, "--from", FIT).code == 0, "with pods that run under all of them"


@pytest.mark.parametrize("kind", ["serverless_kubernetes", "kubernetes", "edge_kubernetes"])
def test_every_sort_of_cluster_is_judged(run: Run, kind: str) -> None:
    assert check(run, with_cluster(type=f"alicloud_cs_{kind}"), "--from", UNFIT).code == 3


@pytest.mark.parametrize("parts", [{"type": "alicloud_cs_kubernetes_node_pool"}, {"mode": "data"}])
def test_nothing_else_that_has_a_version_is_judged(run: Run, parts: Json) -> None:
    """Versions of add-ons and node pools, which change in the same plan, are none of Kubernetes."""
    ended = check(run, with_cluster(**parts), "--from", UNFIT)
    assert (ended.code, ended.out, ended.err) == (0, "The plan upgrades no cluster.\n", "")


def test_clusters_that_are_made_and_clusters_that_go_are_no_upgrade_and_no_cluster_is_asked(run: Run) -> None:
    ended = run("check", "-f", PLANS / "none.json", "--kubeconfig", "no-such-file")
    assert (ended.code, ended.out, ended.err) == (0, "The plan upgrades no cluster.\n", "")


def test_a_plan_that_leaves_the_version_as_it_is_asks_no_cluster(run: Run) -> None:
    ended = check(run, upgrade(becomes="1.24.9-aliyun.1"), "--kubeconfig", "no-such-file")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == f"The plan upgrades no cluster.\nallowed   {PROD}\n          asks for no upgrade.\n"


# What is said.


def test_a_plan_that_breaks_pods_is_told_by_address_with_the_pods_and_the_next_command(run: Run) -> None:
    ended = run("check", "-f", PLANS / "modules.json", "--from", UNFIT)
    assert (ended.code, ended.err) == (3, "")
    first, other, nothing, row, found, *pods, header, last = ended.out.splitlines()
    assert first == f"Checked by the 3 ECI pods of {UNFIT}, by policy default:"
    assert (other, nothing) == (f'allowed   module.ack["bj"].{CLUSTER}.this[0]', "          asks for no upgrade.")
    assert row == f"denied    {HANGZHOU}"
    assert found.startswith("          asks for Kubernetes 1.26 (version, 1.24 runs): 2 ECI pods in 2 workloads ")
    assert found.endswith("(PodsUnfit).")
    assert [line.split()[:2] for line in pods[:2]] == [
        ["team-a/old-1:", "PlatformVersionTooOld,"],
        ["team-a/old-2:", "PlatformVersionUnset,"],
    ]
    assert header == "Next, in full:"
    assert last == "  kubectl get pods -A -o json | eci-upgrade-guard report --from - --target 1.26"


def test_a_plan_that_may_be_applied_says_so(run: Run) -> None:
    ended = run("check", "-f", PLANS / "upgrade.json", "--from", FIT)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[1:] == [
        f"allowed   {PROD}",
        "          goes from Kubernetes 1.24 to 1.26: no ECI pod stands in the way.",
    ]


def test_the_same_as_json(run: Run) -> None:
    ended = run("check", "-f", PLANS / "upgrade.json", "--from", UNFIT, "-o", "json")
    document = json.loads(ended.out)
    assert (ended.code, document["target"]) == (3, None)
    (row,) = document["checked"]
    assert sorted(row) == ["answer", "messages", "object", "reason"]
    assert (row["object"], row["answer"], row["reason"]) == (PROD, "denied", "PodsUnfit")


def test_a_plan_comes_by_standard_input_too_and_needs_no_target(run: Run) -> None:
    ended = run("check", "-f", "-", "--from", UNFIT, stdin=(PLANS / "upgrade.json").read_bytes())
    assert (ended.code, PROD in ended.out) == (3, True)


def test_pods_may_come_by_standard_input(run: Run) -> None:
    ended = run("check", "-f", PLANS / "upgrade.json", "--from", "-", stdin=UNFIT.read_bytes())
    assert (ended.code, "3 ECI pods of standard input" in ended.out) == (3, True)


def test_the_plan_decides_for_which_version_and_not_the_target(run: Run, tmp_path: Path) -> None:
    assert check(run, upgrade(), "--from", UNFIT, "--target", "1.24").code == 3
    to_old = upgrade("1.20.11-aliyun.1", "1.22.3-aliyun.1")
    assert check(run, to_old, "--from", UNFIT, "--policy", policy(tmp_path)).code == 0


def test_a_version_that_is_known_later_lies_above_the_one_before(run: Run) -> None:
    ended = check(run, upgrade("1.22.15-aliyun.1", None, after_unknown={"version": True}), "--from", UNFIT)
    assert (ended.code, ended.out.splitlines()[-1].endswith(" --target 1.23")) == (4, True)


def test_several_clusters_are_told_one_by_one_and_that_the_same_pods_decide(run: Run) -> None:
    document = upgrade()
    other = {**cluster_in(document), "address": f"{CLUSTER}.other"}
    document["resource_changes"].append(other)
    ended = check(run, document, "--from", UNFIT)
    assert ended.code == 3
    assert [line for line in ended.out.splitlines() if line.startswith("denied")] == [
        f"denied   {PROD}",
        f"denied   {CLUSTER}.other",
    ]
    assert ended.out.splitlines()[1].startswith("The clusters of the plan are all judged by these pods. Claim ")


def test_the_policy_may_say_which_cluster_of_a_plan_the_pods_are_of(run: Run, tmp_path: Path) -> None:
    claim = f"thisCluster: {{objects: [{{group: terraform, name: '{HANGZHOU}'}}]}}"
    options = ("--from", UNFIT, "--policy", policy(tmp_path, claim))
    assert answers(run, plan("modules"), *options)[0] == 3
    assert answers(run, upgrade(), *options) == (0, [(PROD, "not judged", "NotClaimed")])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-f", "-", "--from", "-"], "-f and --from cannot both be standard input"),
        (["-f", "-", "--policy", "-"], "-f and --policy cannot both be standard input"),
        (["-f", "x", "--from", "-", "--policy", "-"], "--from and --policy cannot both be standard input"),
        (["-f", "-", "--from", "x", "--kubeconfig", "y"], "--kubeconfig and --from exclude each other"),
        (["-f", "-", "--from", "x", "--context", "y"], "--context and --from exclude each other"),
        (["--from", "x"], "the following arguments are required: -f/--file"),
    ],
)
def test_options_that_exclude_each_other_are_2_and_one_line(run: Run, arguments: list[str], message: str) -> None:
    ended = run("check", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"eci-upgrade-guard: {message}")
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize("listing", [b"", b"<html>", b'{"kind": "PodList"}'])
def test_a_list_that_is_none_is_a_failure(run: Run, listing: bytes, tmp_path: Path) -> None:
    (tmp_path / "pods.json").write_bytes(listing)
    ended = check(run, upgrade(), "--from", tmp_path / "pods.json")
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (1, "", 1)
