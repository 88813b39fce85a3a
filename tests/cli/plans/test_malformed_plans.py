"""What of a plan cannot be read hides nothing, and nothing but addresses is repeated."""

from pathlib import Path
from typing import Any

import pytest

from tests.builders import Json
from tests.cli.plans.documents import CLUSTER, FIT, PLANS, SECRET, UNFIT, UNKNOWN, check, plan, upgrade, with_cluster
from tests.commands import Run

MALFORMED = [
    ("changes that are no list", upgrade() | {"resource_changes": {SECRET: SECRET}}),
    ("changes that are null", upgrade() | {"resource_changes": None}),
    ("planning that failed", plan("errored")),
    ("planning that failed, oddly told", plan("none") | {"errored": SECRET}),
    ("a state", plan("state")),
    ("a format of tomorrow", upgrade() | {"format_version": "2.0"}),
    ("a format that is none", upgrade() | {"format_version": [SECRET]}),
    ("no address", with_cluster(address=None)),
    ("an address that is no text", with_cluster(address=[SECRET])),
    ("an address of nothing", with_cluster(address="")),
    ("a type that is none", with_cluster(type=[SECRET])),
    ("no type", with_cluster(type=None)),
    ("a change that is no object", with_cluster(change=SECRET)),
    ("no change", with_cluster(change=None)),
    ("an empty change", with_cluster(change={})),
    ("a state before that is no object", upgrade(before=[SECRET])),
    ("a state after that is no object", upgrade(after=SECRET)),
    ("an update of nothing", upgrade(before=None)),
    ("an update to nothing", upgrade(after=None)),
    ("a creation of what is there", upgrade(actions=["create"], after=None)),
    ("actions that are no list", upgrade(before=None, actions=SECRET)),
    ("a version that is a number", upgrade(1.24, 1.26)),
    ("a version that is an object", upgrade(becomes={SECRET: SECRET})),
]


@pytest.mark.parametrize("document", [case[1] for case in MALFORMED], ids=[case[0] for case in MALFORMED])
def test_a_malformed_plan_is_4_and_says_so(run: Run, document: Json) -> None:
    for output in ("table", "json"):
        ended = check(run, document, "--from", UNFIT, "-o", output)
        assert ended.code == 4
        assert "unreadable" in ended.out
        assert ended.err.endswith(" could not be read or judged\n")
        assert SECRET not in ended.out + ended.err


@pytest.mark.parametrize(
    "odd",
    [5, None, [SECRET], SECRET, {}, {"type": 5}, {"type": CLUSTER}, {"type": CLUSTER, "address": "a", "change": {}}],
)
@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_malformed_change_hides_no_other(run: Run, odd: Any, place: int) -> None:
    document = plan("upgrade")
    document["resource_changes"].insert(place, odd)
    ended = check(run, document, "--from", UNFIT)
    assert (ended.code, ended.out.count("unreadable")) == (3, 1)


def test_planning_that_failed_hides_nothing_that_was_planned(run: Run) -> None:
    assert check(run, plan("upgrade") | {"errored": True}, "--from", UNFIT).code == 3
    assert check(run, plan("upgrade") | {"errored": True}, "--from", FIT).code == 4


def test_what_is_no_cluster_may_have_any_shape(run: Run) -> None:
    assert check(run, with_cluster(type="alicloud_vpc", change=SECRET), "--from", UNFIT).code == 0


@pytest.mark.parametrize("name", ["upgrade", "modules", "none", "errored", "state"])
@pytest.mark.parametrize("pods", [UNFIT, FIT, UNKNOWN], ids=lambda path: path.stem)
@pytest.mark.parametrize("output", ["table", "json"])
def test_no_secret_of_a_plan_is_ever_shown(run: Run, name: str, pods: Path, output: str) -> None:
    assert (PLANS / f"{name}.json").read_text().count(SECRET) > 3
    ended = run("check", "-f", PLANS / f"{name}.json", "--from", pods, "-o", output)
    assert SECRET not in ended.out + ended.err


@pytest.mark.parametrize(
    "document",
    [
        upgrade(becomes=SECRET, after_sensitive={"version": True}),
        upgrade(SECRET, "1.26"),
        upgrade(SECRET, f"{SECRET}2"),
        upgrade(actions=[SECRET], action_reason=SECRET, after_unknown=SECRET),
        with_cluster(mode=SECRET, name=SECRET, index=SECRET, deposed=SECRET, provider_name=SECRET),
    ],
)
def test_nor_is_what_stands_in_an_odd_place(run: Run, document: Json) -> None:
    for output in ("table", "json"):
        ended = check(run, document, "--from", UNFIT, "-o", output)
        assert ended.code in (3, 4)
        assert SECRET not in ended.out + ended.err


@pytest.mark.parametrize("end", [100, 3000, -20])
def test_a_plan_that_is_cut_is_a_failure_in_one_line(run: Run, end: int) -> None:
    ended = run("check", "-f", "-", "--from", "no-such-file", stdin=(PLANS / "upgrade.json").read_bytes()[:end])
    assert (ended.code, ended.out) == (1, "")
    assert len(ended.err.splitlines()) == 1
    assert SECRET not in ended.err


def test_a_plan_as_terraform_keeps_it_is_told_from_what_is_meant(run: Run) -> None:
    ended = run("check", "-f", "-", stdin=b"PK\x03\x04\x14\x00")
    assert (ended.code, ended.out) == (1, "")
    assert "of a Terraform plan give what terraform show -json writes" in ended.err


def test_an_address_drives_no_terminal(run: Run) -> None:
    ended = check(run, with_cluster(address=f'module.a["\x1b[31m\n"].{CLUSTER}.this'), "--from", UNFIT)
    assert ended.code == 3
    assert "\x1b" not in ended.out
