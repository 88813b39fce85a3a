"""What depends on time: refused by its field, or frozen at an instant."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.admission.upgrades.asking import spec
from tests.builders import NOW
from webhook.admission.in_cel.timeless import DependsOnTime, timeless
from webhook.policy.modes import Mode, Modes

AT_NIGHT = "name: n, schedule: 0 22 * * *, duration: 8h, timeZone: UTC"
FREEZE = 'freezes: [{from: "2026-11-22T00:00:00Z", to: "2026-11-23T00:00:00Z", reason: a}]\n'


def night(modes: str) -> str:
    return f"windows: [{{{AT_NIGHT}, modes: {modes}}}]\n"


def outside(modes: str) -> str:
    return f"outsideWindows: {{modes: {modes}}}\n"


DEPENDS = [
    (
        "exemptions: [{reason: a, users: [b]}, {reason: a, users: [b], expires: 2027-01-01T00:00:00Z}]",
        ["exemptions[1].expires"],
    ),
    (night("{pods: Deny}"), ["windows[0].modes.pods"]),
    (night("{}") + outside("{workloads: Deny}"), ["outsideWindows.modes.workloads"]),
    (night("{pods: Deny}") + outside('{pods: "Off"}'), ["windows[0].modes.pods", "outsideWindows.modes.pods"]),
    (FREEZE + outside("{pods: Deny}"), ["outsideWindows.modes.pods"]),
]


@pytest.mark.parametrize(("text", "fields"), DEPENDS)
def test_what_depends_on_time_is_refused_by_its_fields(text: str, fields: list[str]) -> None:
    with pytest.raises(DependsOnTime) as refused:
        timeless(spec(text), None)
    assert list(refused.value.fields) == [f"spec.{field}" for field in fields]


DEPENDS_NOT = [
    ("modes: {pods: Deny}", Modes(pods=Mode.DENY)),
    (night("{upgrades: Warn}") + FREEZE, Modes()),
    (outside("{pods: Deny}"), Modes()),
    (night("{pods: Deny}") + outside("{pods: Deny}"), Modes(pods=Mode.DENY)),
    (night("{pods: Warn}"), Modes()),
]


@pytest.mark.parametrize(("text", "modes"), DEPENDS_NOT)
def test_windows_that_change_nothing_here_are_no_hindrance(text: str, modes: Modes) -> None:
    found = timeless(spec(text), None).modes
    assert (found.pods, found.workloads) == (modes.pods, modes.workloads)


@pytest.mark.parametrize("hours", range(24))
def test_at_an_instant_the_modes_are_those_that_the_guard_has_in_force_then(hours: int) -> None:
    chosen = spec(night("{pods: Deny}") + outside('{pods: "Off", workloads: Audit}'))
    at = datetime(2026, 11, 25, hours, tzinfo=UTC)
    frozen = timeless(chosen, at)
    assert frozen.modes == chosen.modes_during(chosen.calendar.at(at))
    assert timeless(frozen, None) == frozen


def test_at_an_instant_what_has_expired_is_gone_and_what_has_not_stays() -> None:
    text = f"exemptions: [{{reason: a, users: [b], expires: {NOW.isoformat()}}}]"
    assert not timeless(spec(text), NOW).exemptions
    assert timeless(spec(text), NOW - timedelta(seconds=1)).exemptions == spec(text).exemptions
