"""Windows and freezes at admission: when upgrades may be, and which modes hold."""

from datetime import UTC, datetime

import pytest

from tests.admission.upgrades.asking import FIT, RISES, UNFIT, ali, asks, guard, spec
from tests.builders import known_inventory, pod, request
from webhook.admission.decision import Answer, Decision
from webhook.admission.engine import Engine
from webhook.admission.override_right import Right
from webhook.admission.upgrade_objection import UpgradeObjection
from webhook.policy.upgrades.reasons import UpgradeReason

WINDOWS = """
windows:
  - {name: nights, schedule: "0 22 * * MON-FRI", duration: 4h, timeZone: Asia/Shanghai}
  - {name: careful, schedule: "0 0 * * SAT", duration: 4h, timeZone: Asia/Shanghai, modes: {upgrades: Warn, pods: Deny}}
freezes:
  - {from: "2026-12-20T00:00:00Z", to: "2027-01-05T00:00:00Z", reason: end of the year}
"""
INSIDE = datetime(2026, 11, 26, 14, 30, tzinfo=UTC)  # Thursday, 22:30 in Shanghai
OUTSIDE = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
BOTH = datetime(2026, 11, 27, 16, 30, tzinfo=UTC)  # Saturday, 00:30 there
LAXER = datetime(2026, 11, 27, 18, 30, tzinfo=UTC)  # 02:30, when that of Friday is over
FROZEN = datetime(2026, 12, 24, 14, 30, tzinfo=UTC)


def reason(decision: Decision) -> UpgradeReason:
    assert isinstance(decision.objection, UpgradeObjection)
    return decision.objection.reason


@pytest.mark.parametrize(
    ("now", "pods", "answer"),
    [
        (INSIDE, FIT, Answer.ALLOWED),
        (INSIDE, UNFIT, Answer.DENIED),
        (OUTSIDE, FIT, Answer.DENIED),
        (OUTSIDE, UNFIT, Answer.DENIED),
        (BOTH, UNFIT, Answer.DENIED),  # of overlapping windows the strictest
        (LAXER, UNFIT, Answer.WARNED),
        (FROZEN, FIT, Answer.DENIED),
    ],
)
def test_an_upgrade_may_be_inside_a_window_and_with_fit_pods(
    now: datetime, pods: list[dict[str, object]], answer: Answer
) -> None:
    assert guard(spec(WINDOWS), *pods, now=now).decide(RISES).answer is answer


def test_the_reason_outside_is_the_pods_if_they_are_unfit_and_otherwise_the_hours() -> None:
    assert reason(guard(spec(WINDOWS), *UNFIT, now=OUTSIDE).decide(RISES)) is UpgradeReason.PODS_UNFIT
    assert reason(guard(spec(WINDOWS), *FIT, now=OUTSIDE).decide(RISES)) is UpgradeReason.OUTSIDE_WINDOWS
    assert reason(guard(spec(WINDOWS), *FIT, now=FROZEN).decide(RISES)) is UpgradeReason.FREEZE


def test_what_is_less_grave_is_said_besides() -> None:
    """Or whoever waits for the window meets the pods in it, and whoever mends the pods meets the closed window."""
    both = guard(spec(WINDOWS), *UNFIT, now=OUTSIDE).decide(RISES)
    assert isinstance(both.objection, UpgradeObjection)
    assert both.objection.also is UpgradeReason.OUTSIDE_WINDOWS
    hours_first = guard(spec(f"{WINDOWS}unknown: Warn"), *FIT, now=OUTSIDE, doubt="nobody was heard").decide(RISES)
    assert isinstance(hours_first.objection, UpgradeObjection)
    assert (hours_first.answer, reason(hours_first)) == (Answer.DENIED, UpgradeReason.OUTSIDE_WINDOWS)
    assert hours_first.objection.also is UpgradeReason.READINESS_UNKNOWN
    alone = guard(spec(WINDOWS), *UNFIT, now=INSIDE).decide(RISES)
    assert isinstance(alone.objection, UpgradeObjection)
    assert alone.objection.also is None


@pytest.mark.parametrize(
    ("rule", "answer"),
    [
        ("upgradesOutsideWindows: Deny", Answer.DENIED),
        ("upgradesOutsideWindows: Warn", Answer.WARNED),
        ("upgradesOutsideWindows: Allow", Answer.ALLOWED),
        ("outsideWindows: {modes: {upgrades: Warn}}", Answer.WARNED),
        ("outsideWindows: {modes: {upgrades: Audit}}", Answer.AUDITED),
        ("outsideWindows: {modes: {upgrades: Off}}", Answer.ALLOWED),
        ("modes: {upgrades: Warn}", Answer.WARNED),
        ("modes: {upgrades: Warn}\nupgradesOutsideWindows: Deny", Answer.DENIED),
    ],
)
def test_outside_the_policy_says_what_an_upgrade_gets_though_the_pods_are_fit(rule: str, answer: Answer) -> None:
    assert guard(spec(WINDOWS + rule), *FIT, now=OUTSIDE).decide(RISES).answer is answer


@pytest.mark.parametrize("now", [OUTSIDE, FROZEN])
def test_what_asks_for_no_upgrade_passes_at_any_time(now: datetime) -> None:
    assert guard(spec(WINDOWS), *UNFIT, now=now).decide(asks(ali("1.24.7"), ali("1.24.6"))).answer is Answer.ALLOWED


def test_what_a_controller_writes_is_warned_about_at_most_outside_too() -> None:
    machine = {"metadata": {"name": "prod"}, "spec": {"version": "v1.26.3"}}
    asked = asks(machine, group="cluster.x-k8s.io", resource="machines")
    assert guard(spec(WINDOWS), *FIT, now=OUTSIDE).decide(asked).answer is Answer.WARNED


def test_an_override_holds_outside_the_windows_too() -> None:
    override = "1.26 until=2026-11-26T13:00:00Z: the vendor forces it"
    asked = asks(ali("1.26", override=override), ali("1.24", override=override))
    decision = guard(spec(WINDOWS), *FIT, now=OUTSIDE).decide(asked, right=Right.GRANTED)
    assert (decision.answer, reason(decision)) == (Answer.OVERRIDDEN, UpgradeReason.OUTSIDE_WINDOWS)


def test_modes_of_pods_and_workloads_follow_the_hours() -> None:
    chosen = spec(WINDOWS + "modes: {pods: Warn}\noutsideWindows: {modes: {pods: Off}}")
    old = request(pod(platform_version="1.0.0"))
    answers = [guard(chosen, now=now).decide(old).answer for now in (INSIDE, OUTSIDE, BOTH, FROZEN)]
    assert answers == [Answer.WARNED, Answer.ALLOWED, Answer.DENIED, Answer.ALLOWED]


def test_one_engine_follows_the_clock_over_every_edge() -> None:
    chosen, clock = spec(WINDOWS), [OUTSIDE]
    engine = Engine(chosen, known_inventory(chosen, *FIT), lambda: clock[0])
    edges = {
        datetime(2026, 11, 26, 13, 59, 59, 999999, tzinfo=UTC): Answer.DENIED,
        datetime(2026, 11, 26, 14, 0, tzinfo=UTC): Answer.ALLOWED,
        datetime(2026, 11, 26, 17, 59, 59, tzinfo=UTC): Answer.ALLOWED,
        datetime(2026, 11, 26, 18, 0, tzinfo=UTC): Answer.DENIED,
        datetime(2026, 12, 19, 23, 59, tzinfo=UTC): Answer.DENIED,
        datetime(2027, 1, 5, 0, 0, tzinfo=UTC): Answer.DENIED,
        datetime(2027, 1, 5, 14, 0, tzinfo=UTC): Answer.ALLOWED,
        datetime(2026, 11, 26, 14, 0, 1, tzinfo=UTC): Answer.ALLOWED,  # a clock that was put back
        datetime(2026, 11, 26, 13, 59, tzinfo=UTC): Answer.DENIED,
    }
    for clock[0], answer in edges.items():
        assert engine.decide(RISES).answer is answer, clock[0]
