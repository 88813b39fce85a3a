"""``windows``: open or closed, why, until when, and what comes next."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import Run

SPEC = """
spec:
  targetVersion: 1.26
  windows:
    - {name: weeknights, schedule: "30 2 * * *", timeZone: Europe/Amsterdam, duration: 4h30m}
    - {name: saturdays, schedule: "0 9 * * SAT", timeZone: Asia/Shanghai, duration: 1d}
  freezes:
    - {from: 2026-12-20T00:00:00+08:00, to: 2027-01-04T00:00:00+08:00, reason: the year ends}
"""
HEADER = "apiVersion: eci-upgrade-guard.io/v1alpha1\nkind: UpgradePolicy\nmetadata: {name: test}"


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy.yaml"
    path.write_text(HEADER + SPEC)
    return path


def test_closed_is_5_and_says_why_and_since_and_until_when(run: Run, policy: Path) -> None:
    ended = run("windows", "--policy", policy, "--at", "2026-11-26T12:00:00Z", "--next", 0)
    assert (ended.code, ended.err) == (5, "")
    assert ended.out == (
        "Closed: no window is open.\n"
        "At      2026-11-26 12:00Z\n"
        "Since   2026-11-26 06:00Z, 6 h ago\n"
        "Until   2026-11-27 01:30Z, in 13 h 30 min\n"
    )


def test_open_is_0_and_says_by_which_window(run: Run, policy: Path) -> None:
    ended = run("windows", "--policy", policy, "--at", "2026-11-28T02:00:00Z", "--next", 0)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("Open: windows weeknights, saturdays.\n")


def test_a_freeze_is_closed_and_says_its_reason(run: Run, policy: Path) -> None:
    ended = run("windows", "--policy", policy, "--at", "2026-12-25T02:00:00+08:00")
    assert ended.code == 5
    assert ended.out.startswith("Closed: freeze until 2027-01-03T16:00:00Z (the year ends).\n")


def test_hours_without_an_end_say_that_none_was_found(run: Run, policy: Path) -> None:
    policy.write_text(f"{HEADER}\nspec: {{targetVersion: 1.26}}\n")
    ended = run("windows", "--policy", policy, "--at", "2026-12-25T02:00:00Z")
    assert ended.out.endswith("Until   not known: no end was found\n")


def test_openings_are_told_on_the_clock_of_their_window_and_in_utc(run: Run, policy: Path) -> None:
    ended = run("windows", "--policy", policy, "--at", "2026-03-28T00:59:00Z", "--next", 4)
    assert [re.split(" {2,}", line) for line in ended.out.splitlines()[5:]] == [
        ["WINDOW", "OPENS", "CLOSES", "TIME ZONE", "OPENS (UTC)", "CLOSES (UTC)", "TO KNOW"],
        [
            "saturdays",
            "Sat 2026-03-28 09:00+08:00",
            "Sun 2026-03-29 09:00+08:00",
            "Asia/Shanghai",
            "2026-03-28 01:00Z",
            "2026-03-29 01:00Z",
        ],
        [
            "weeknights",
            "Sat 2026-03-28 02:30+01:00",
            "Sat 2026-03-28 07:00+01:00",
            "Europe/Amsterdam",
            "2026-03-28 01:30Z",
            "2026-03-28 06:00Z",
        ],
        [
            "weeknights",
            "Sun 2026-03-29 03:00+02:00",
            "Sun 2026-03-29 07:30+02:00",
            "Europe/Amsterdam",
            "2026-03-29 01:00Z",
            "2026-03-29 05:30Z",
            "02:30 does not exist that day",
        ],
        [
            "weeknights",
            "Mon 2026-03-30 02:30+02:00",
            "Mon 2026-03-30 07:00+02:00",
            "Europe/Amsterdam",
            "2026-03-30 00:30Z",
            "2026-03-30 05:00Z",
        ],
    ]


def test_a_day_that_does_not_exist_is_told_with_its_date(run: Run, tmp_path: Path) -> None:
    policy = tmp_path / "apia.yaml"
    window = "{name: noon, schedule: '0 12 * * *', timeZone: Pacific/Apia, duration: 1h}"
    policy.write_text(f"{HEADER}\nspec: {{targetVersion: 1.26, windows: [{window}]}}\n")
    ended = run("windows", "--policy", policy, "--at", "2011-12-30T00:00:00Z", "--next", 1)
    assert ended.out.endswith("2011-12-30 10:00Z   2011-12-30 11:00Z   2011-12-30 12:00 does not exist\n")


def test_five_openings_are_listed_unless_another_number_is_asked_for(run: Run, policy: Path) -> None:
    assert len(json.loads(run("windows", "--policy", policy, "-o", "json").out)["openings"]) == 5
    assert len(json.loads(run("windows", "--policy", policy, "-o", "json", "--next", 7).out)["openings"]) == 7


def test_json_tells_the_same(run: Run, policy: Path) -> None:
    ended = run("windows", "--policy", policy, "--at", "2026-12-25T02:00:00+08:00", "--next", 1, "-o", "json")
    assert ended.code == 5
    assert json.loads(ended.out) == {
        "at": "2026-12-24T18:00:00Z",
        "open": False,
        "because": "closed: freeze until 2027-01-03T16:00:00Z (the year ends)",
        "since": "2026-12-19T16:00:00Z",
        "until": "2027-01-04T01:30:00Z",
        "openings": [
            {
                "window": "weeknights",
                "timeZone": "Europe/Amsterdam",
                "opensAt": "2027-01-04T01:30:00Z",
                "closesAt": "2027-01-04T06:00:00Z",
                "opensAtLocal": "2027-01-04T02:30:00+01:00",
                "closesAtLocal": "2027-01-04T07:00:00+01:00",
                "toKnow": "",
            },
        ],
    }


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("output", ["table", "json"])
def test_the_ends_of_time_are_no_crash(run: Run, policy: Path, at: str, output: str) -> None:
    policy.write_text(policy.read_text().replace("2026-12-20", "0001-01-02").replace("2027-01-04", "9000-12-30"))
    ended = run("windows", "--policy", policy, "--at", at, "-o", output)
    assert (ended.code, ended.err) == (5, "")


INSTANT = "an instant with a time zone is needed, like 2026-12-31T00:00:00Z"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--policy is needed: it names the windows"),
        (["--at", "tomorrow"], f"argument --at: {INSTANT}"),
        (["--at", "2026-12-31T00:00:00"], f"argument --at: {INSTANT}"),
        (["--next", "-1"], "argument --next: not a number from 0 to 100"),
        (["--next", "101"], "argument --next: not a number from 0 to 100"),
        (["--next", "9" * 5000], "argument --next: not a number from 0 to 100"),
        (["--next", "٣"], "argument --next: not a number from 0 to 100"),
        (["-o", "yaml"], "argument -o/--output: 'yaml' is none of"),
        (["--polcy", "x"], "there is no --polcy; did you mean --policy?"),
    ],
)
def test_wrong_usage_is_2_and_one_line(run: Run, arguments: list[str], message: str) -> None:
    ended = run("windows", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"eci-upgrade-guard: {message}")
    assert len(ended.err.splitlines()) == 1


def test_a_policy_that_is_refused_is_1_and_names_the_field(run: Run, policy: Path) -> None:
    policy.write_text(policy.read_text().replace("Asia/Shanghai", "Asia/Shangai"))
    ended = run("windows", "--policy", policy)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines()[1].strip() == (
        "line 8: spec.windows[1].timeZone: not a time zone of the tz database; did you mean Asia/Shanghai?"
    )


HEAVY = {"asyncio", "cryptography", "fastapi", "kubernetes", "starlette", "uvicorn"}


def test_it_imports_only_what_it_uses(policy: Path) -> None:
    start = f"import sys; from webhook.cli.main import main; main(['windows', '--policy', {str(policy)!r}])"
    code = f"{start}; sys.exit(','.join({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == "\n"
