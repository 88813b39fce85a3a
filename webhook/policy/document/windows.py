"""Of the policy document: when upgrades may be, and when not."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from webhook.policy.document.closed import Closed
from webhook.policy.document.fields import Cron, Duration, Instant, Text, TimeZone
from webhook.policy.modes import Mode

_LONGEST = timedelta(days=7)
_LAST_YEAR = 9000
"""Clocks of zones end with the year 9999, and times are added to instants."""


def _at_most_a_week(value: timedelta) -> timedelta:
    if value > _LONGEST:
        raise ValueError("must be at most 7d")
    return value


class ModeChangesDocument(Closed):
    """Modes that hold then, by kind of request. What is left out is as in spec.modes."""

    pods: Mode | None = None
    workloads: Mode | None = None
    upgrades: Mode | None = None


class WindowDocument(Closed):
    """A time in which upgrades may be. It opens at each start of the schedule."""

    name: Text
    """Shown in answers and reports."""
    schedule: Cron
    """Minute, hour, day of month, month, day of week. A start that the clock skips is when the clock goes on."""
    time_zone: TimeZone
    """The clock of the schedule, by its name in the tz database."""
    duration: Annotated[Duration, AfterValidator(_at_most_a_week)]
    """How long it stays open from each start: at most 7d, and elapsed time whatever the clocks do."""
    modes: ModeChangesDocument = ModeChangesDocument()
    """Where several windows are open, the strictest hold."""


def _each_name_once(windows: tuple[WindowDocument, ...]) -> tuple[WindowDocument, ...]:
    names = [window.name for window in windows]
    if len(set(names)) < len(names):
        raise ValueError("a window name stands twice")
    return windows


_MOST = 32
"""However they overlap, all are looked at when one opens."""

Windows = Annotated[tuple[WindowDocument, ...], Field(max_length=_MOST), AfterValidator(_each_name_once)]


class FreezeDocument(Closed):
    """A time without upgrades, whatever windows there are."""

    begins: Annotated[Instant, Field(alias="from")]
    ends: Annotated[Instant, Field(alias="to")]
    """From this instant on it no longer holds."""
    reason: Text
    """Why. Shown whenever the freeze acts."""

    @field_validator("ends")
    @classmethod
    def _ends_after_it_begins(cls, ends: datetime, info: ValidationInfo) -> datetime:
        if ends.year > _LAST_YEAR:
            raise ValueError(f"must be in the year {_LAST_YEAR} at the latest")
        begins = info.data.get("begins")
        if begins is not None and ends <= begins:
            raise ValueError("must be after from")
        return ends


Freezes = Annotated[tuple[FreezeDocument, ...], Field(max_length=100)]


class OutsideWindowsDocument(Closed):
    """What holds while no window is open, and in a freeze."""

    modes: ModeChangesDocument = ModeChangesDocument()
