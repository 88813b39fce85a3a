"""A policy as it is at one instant: an API server knows no time when it evaluates an expression."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from webhook.policy.modes import Modes
from webhook.policy.policy import Policy
from webhook.policy.windows.calendar import Calendar

_ANY_INSTANT = datetime(2000, 1, 1, tzinfo=UTC)
"""For a policy that is the same at each."""
_KINDS = ("pods", "workloads")


class DependsOnTime(ValueError):
    """Raised for a policy that says something else at another time, with the fields that do."""

    def __init__(self, fields: Sequence[str]) -> None:
        self.fields = tuple(fields)
        super().__init__(", ".join(fields))


def timeless(policy: Policy, at: datetime | None) -> Policy:
    """Return the policy without windows, freezes and what has expired. Raises DependsOnTime where no instant is given.

    Of modes, those of upgrades are left out of account: no rule in CEL is about them.
    """
    if at is None and (fields := [*_expiring(policy), *_changing(policy)]):
        raise DependsOnTime(fields)
    at = at or _ANY_INSTANT
    return replace(
        policy,
        modes=policy.modes_during(policy.calendar.at(at)),
        calendar=Calendar(),
        exemptions=tuple(exemption for exemption in policy.exemptions if exemption.holds_at(at)),
    )


def _expiring(policy: Policy) -> Iterator[str]:
    for number, exemption in enumerate(policy.exemptions):
        if exemption.expires is not None:
            yield f"spec.exemptions[{number}].expires"


def _changing(policy: Policy) -> Iterator[str]:
    modes = list(_modes(policy))
    for kind in _KINDS:
        if len({getattr(one, kind) for one in modes}) > 1:
            for number, window in enumerate(policy.calendar.windows):
                if getattr(window.modes, kind) is not None:
                    yield f"spec.windows[{number}].modes.{kind}"
            if getattr(policy.outside, kind) is not None:
                yield f"spec.outsideWindows.modes.{kind}"


def _modes(policy: Policy) -> Iterator[Modes]:
    """Yield those that hold at some time. Where windows overlap it is one of theirs, for each kind."""
    calendar = policy.calendar
    if not calendar.windows:
        yield policy.modes
    for window in calendar.windows:
        yield policy.modes.but(window.modes)
    if calendar.windows or calendar.freezes:
        yield policy.modes.but(policy.outside)
