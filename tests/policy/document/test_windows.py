"""Windows and freezes of a policy document, and every one of their problems by its field."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.policy.document.test_reading import problems, read
from webhook.policy.modes import Mode, ModeChanges, UpgradeAnswer
from webhook.policy.windows.schedule import Schedule
from webhook.policy.windows.window import Freeze, Window

DOCUMENT = """
targetVersion: 1.26
windows:
  - name: weeknights
    schedule: 0 22 * * 1-5
    timeZone: Asia/Shanghai
    duration: 6h30m
    modes: {pods: Deny, workloads: Off}
  - {name: saturdays, schedule: "0 9 * * SAT", timeZone: UTC, duration: 7d}
freezes:
  - {from: 2026-12-20T00:00:00+08:00, to: 2027-01-04T00:00:00Z, reason: year's end}
outsideWindows: {modes: {upgrades: Warn}}
upgradesOutsideWindows: Allow
"""


def test_windows_and_freezes_are_read() -> None:
    policy = read(DOCUMENT)
    assert policy.calendar.windows == (
        Window(
            name="weeknights",
            schedule=Schedule.parse("0 22 * * 1-5", ZoneInfo("Asia/Shanghai")),
            duration=timedelta(hours=6, minutes=30),
            modes=ModeChanges(pods=Mode.DENY, workloads=Mode.OFF),
        ),
        Window(
            name="saturdays",
            schedule=Schedule.parse("0 9 * * SAT", ZoneInfo("UTC")),
            duration=timedelta(days=7),
        ),
    )
    assert policy.calendar.freezes == (
        Freeze(
            begins=datetime(2026, 12, 19, 16, tzinfo=UTC), ends=datetime(2027, 1, 4, tzinfo=UTC), reason="year's end"
        ),
    )
    assert policy.outside == ModeChanges(upgrades=Mode.WARN)
    assert policy.upgrades_outside_windows is UpgradeAnswer.ALLOW


def test_without_any_it_is_always_open() -> None:
    policy = read("targetVersion: 1.26")
    assert (policy.calendar.windows, policy.calendar.freezes, policy.outside) == ((), (), ModeChanges())
    assert policy.upgrades_outside_windows is None


WINDOW = {"name": "n", "schedule": "'0 22 * * *'", "timeZone": "UTC", "duration": "1h"}
FREEZE = {"from": "2026-12-20T00:00:00Z", "to": "2027-01-04T00:00:00Z", "reason": "r"}


def item(fields: dict[str, str], changes: dict[str, str]) -> str:
    """A map in one line; a change to "" takes a field out."""
    given = {key: value for key, value in (fields | changes).items() if value}
    return f"{{{', '.join(f'{key}: {value}' for key, value in given.items())}}}"


ZONE = "not a time zone of the tz database"
LIKE = "; write it like Asia/Shanghai or UTC"
DURATION = "not a duration; write it like 90s, 30m, 4h30m or 1d12h"
INSTANT = "an instant with a time zone is needed, like 2026-12-31T00:00:00Z"
SCHEDULE = "five fields are needed (minute, hour, day-of-month, month, day-of-week), like 0 22 * * 1-5; it has 1"

WRONG_WINDOWS: list[tuple[dict[str, str], list[str]]] = [
    ({"name": ""}, [".name: is required"]),
    ({"name": "''"}, [".name: must not be empty"]),
    ({"schedule": ""}, [".schedule: is required"]),
    ({"schedule": "'@daily'"}, [f".schedule: {SCHEDULE}"]),
    ({"schedule": "5"}, [".schedule: must be text; put it in quotes"]),
    (
        {"schedule": "0 0 31 4 *"},
        [".schedule: never fires: there is no such day in any month that it names"],
    ),
    ({"timeZone": ""}, [".timeZone: is required"]),
    ({"timeZone": "Europe/Amsterdm"}, [f".timeZone: {ZONE}; did you mean Europe/Amsterdam?"]),
    ({"timeZone": "shanghai"}, [f".timeZone: {ZONE}; did you mean Asia/Shanghai?"]),
    ({"timeZone": "asia/shanghai"}, [f".timeZone: {ZONE}; did you mean Asia/Shanghai?"]),
    ({"timeZone": "America"}, [f".timeZone: {ZONE}; did you mean America/Nuuk?"]),
    ({"timeZone": "../UTC"}, [f".timeZone: {ZONE}; did you mean UTC?"]),
    ({"timeZone": "''"}, [f".timeZone: {ZONE}{LIKE}"]),
    ({"timeZone": r'"a\0b"'}, [f".timeZone: {ZONE}{LIKE}"]),
    ({"timeZone": "8"}, [f".timeZone: {ZONE}{LIKE}"]),
    ({"timeZone": "localtime"}, [f".timeZone: {ZONE}{LIKE}"]),
    ({"timeZone": "right/UTC"}, [f".timeZone: {ZONE}; did you mean Etc/UTC?"]),
    ({"timeZone": "z" * 300}, [f".timeZone: {ZONE}{LIKE}"]),
    ({"duration": ""}, [".duration: is required"]),
    ({"duration": "0h"}, [f".duration: {DURATION}"]),
    ({"duration": "8"}, [f".duration: {DURATION}"]),
    ({"duration": "-8h"}, [f".duration: {DURATION}"]),
    ({"duration": "7d1s"}, [".duration: must be at most 7d"]),
    ({"modes": "{pods: deny}"}, [".modes.pods: must be Deny or Warn or Audit or Off; did you mean Deny?"]),
    ({"modes": "{pod: Deny}"}, [".modes.pod: unknown field; did you mean pods?"]),
    ({"timezone": "UTC"}, [".timezone: unknown field; did you mean timeZone?"]),
    (
        {"schedule": "'@daily'", "timeZone": "Mars", "duration": "8d"},
        [".duration: must be at most 7d", f".schedule: {SCHEDULE}", f".timeZone: {ZONE}{LIKE}"],
    ),
]


@pytest.mark.parametrize(("changes", "expected"), WRONG_WINDOWS)
def test_each_field_of_a_window_is_named_where_it_is_wrong(changes: dict[str, str], expected: list[str]) -> None:
    found = problems(f"targetVersion: 1.26\nwindows:\n  - {item(WINDOW, changes)}")
    assert found == [f"line 7: spec.windows[0]{problem}" for problem in expected]


WRONG_FREEZES: list[tuple[dict[str, str], str]] = [
    ({"from": ""}, ".from: is required"),
    ({"from": "2026-12-20"}, f".from: {INSTANT}"),
    ({"to": "5"}, f".to: {INSTANT}"),
    ({"to": "2026-12-20T00:00:00Z"}, ".to: must be after from"),
    ({"to": "2026-12-20T01:00:00+08:00"}, ".to: must be after from"),
    ({"reason": ""}, ".reason: is required"),
    ({"until": "x"}, ".until: unknown field"),
]


@pytest.mark.parametrize(("changes", "expected"), WRONG_FREEZES)
def test_each_field_of_a_freeze_is_named_where_it_is_wrong(changes: dict[str, str], expected: str) -> None:
    found = problems(f"targetVersion: 1.26\nfreezes:\n  - {item(FREEZE, changes)}")
    assert found == [f"line 7: spec.freezes[0]{expected}"]


WRONG = [
    (
        f"windows: [{item(WINDOW, {})}, {item(WINDOW, {'duration': '2h'})}]",
        "spec.windows: a window name stands twice",
    ),
    ("windows: {}", "spec.windows: must be a list"),
    ("outsideWindows: {pods: Deny}", "spec.outsideWindows.pods: unknown field; did you mean modes?"),
    (
        "upgradesOutsideWindows: Audit",
        "spec.upgradesOutsideWindows: must be Deny or Warn or Allow",
    ),
]


@pytest.mark.parametrize(("spec", "expected"), WRONG)
def test_what_stands_beside_them_is_checked_too(spec: str, expected: str) -> None:
    assert problems(f"targetVersion: 1.26\n{spec}") == [f"line 6: {expected}"]
