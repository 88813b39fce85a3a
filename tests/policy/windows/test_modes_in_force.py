"""Which modes hold: the policy's own, those of the open windows, or those of outside."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, version
from webhook.policy.modes import Mode, ModeChanges, Modes, UpgradeAnswer, laxer, strictest
from webhook.policy.policy import Policy
from webhook.policy.windows.calendar import Calendar, Hours
from webhook.policy.windows.modes_in_force import modes_during
from webhook.policy.windows.schedule import Schedule
from webhook.policy.windows.window import Window

ALWAYS = Schedule.parse("0 * * * *", ZoneInfo("UTC"))
BASE = Modes(pods=Mode.WARN, workloads=Mode.AUDIT, upgrades=Mode.DENY)
OUTSIDE = ModeChanges(pods=Mode.DENY, upgrades=Mode.OFF)
one_mode = st.sampled_from(list(Mode))
all_modes = st.builds(Modes, pods=one_mode, workloads=one_mode, upgrades=one_mode)
changes = st.builds(
    ModeChanges, pods=one_mode | st.none(), workloads=one_mode | st.none(), upgrades=one_mode | st.none()
)


def hours(*inside: ModeChanges, is_open: bool = True) -> Hours:
    windows = tuple(Window(name="w", schedule=ALWAYS, duration=timedelta(hours=1), modes=modes) for modes in inside)
    return Hours(open=is_open, windows=windows, freeze=None, since=NOW, until=None)


def test_a_change_leaves_what_it_does_not_name() -> None:
    assert BASE.but(ModeChanges()) == BASE
    assert BASE.but(OUTSIDE) == Modes(pods=Mode.DENY, workloads=Mode.AUDIT, upgrades=Mode.OFF)


def test_outside_the_changes_of_outside_hold() -> None:
    assert modes_during(hours(is_open=False), BASE, OUTSIDE) == BASE.but(OUTSIDE)


def test_without_windows_the_policys_own_modes_hold() -> None:
    assert modes_during(hours(), BASE, OUTSIDE) == BASE


def test_inside_the_changes_of_the_window_hold() -> None:
    inside = ModeChanges(workloads=Mode.DENY, upgrades=Mode.WARN)
    assert modes_during(hours(inside), BASE, OUTSIDE) == BASE.but(inside)


def test_of_several_windows_the_strictest_hold_for_each_kind_of_request() -> None:
    lax, mixed = ModeChanges(pods=Mode.OFF, workloads=Mode.OFF, upgrades=Mode.WARN), ModeChanges(upgrades=Mode.AUDIT)
    assert modes_during(hours(lax, mixed), BASE, OUTSIDE) == Modes(
        pods=Mode.WARN, workloads=Mode.AUDIT, upgrades=Mode.WARN
    )


@given(st.lists(changes, min_size=1, max_size=4), changes, all_modes)
def test_one_window_more_never_makes_it_laxer(inside: list[ModeChanges], another: ModeChanges, base: Modes) -> None:
    before, after = modes_during(hours(*inside), base, OUTSIDE), modes_during(hours(*inside, another), base, OUTSIDE)
    assert strictest([before, after]) == after
    assert modes_during(hours(another, *inside), base, OUTSIDE) == after


def test_deny_is_stricter_than_warn_than_audit_than_off() -> None:
    order = [Mode.DENY, Mode.WARN, Mode.AUDIT, Mode.OFF]
    for place, mode in enumerate(order):
        assert all(laxer(mode, other) is other for other in order[place:])
        assert all(strictest([Modes(pods=other), Modes(pods=mode)]).pods is mode for other in order[place:])


@pytest.mark.parametrize(
    ("answer", "mode"),
    [(UpgradeAnswer.DENY, Mode.DENY), (UpgradeAnswer.WARN, Mode.WARN), (UpgradeAnswer.ALLOW, Mode.OFF)],
)
def test_an_answer_to_upgrades_is_as_a_mode(answer: UpgradeAnswer, mode: Mode) -> None:
    assert answer.mode is mode


def test_a_policy_without_windows_and_freezes_has_its_own_modes_always() -> None:
    policy = Policy(target=version("1.26"), modes=BASE, outside=OUTSIDE)
    assert policy.calendar == Calendar()
    assert policy.modes_during(policy.calendar.at(NOW)) == BASE
