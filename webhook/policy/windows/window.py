"""Windows, which open by a schedule, and freezes, which shut them all."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from webhook.policy.modes import ModeChanges
from webhook.policy.windows.schedule import Schedule

MOST_STEPS = 600
"""So often what adjoins is followed: ten hours of a window that opens every minute, more than a year of a daily one. A
guard does it while admission waits, each time that the hours change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """A time in which no window is open."""

    begins: datetime
    """In UTC, like all instants here."""
    ends: datetime
    """The first instant that no longer belongs to it."""
    reason: str

    def holds_at(self, instant: datetime) -> bool:
        """Whether it is in force."""
        return self.begins <= instant < self.ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """A time in which a window is open by its schedule. Starts that come while it is still open prolong it."""

    opens_at: datetime
    closes_at: datetime | None
    """The first instant that no longer belongs to it; None where no end was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Open from each start of the schedule on, for a time that is the same however the clocks are put."""

    name: str
    schedule: Schedule
    duration: timedelta
    """More than nothing, and elapsed time: eight hours are eight hours in the night that has seven on the clock."""
    modes: ModeChanges = field(default_factory=ModeChanges)
    """What changes while it is open."""

    def is_open_at(self, instant: datetime) -> bool:
        """Whether it is open by its schedule; freezes are not known here."""
        start = self.schedule.last_at_or_before(instant)
        return start is not None and instant < start + self.duration

    def change_after(self, instant: datetime) -> datetime | None:
        """Return when it opens next, or if it is open when it closes, unless another start prolongs it."""
        start = self.schedule.last_at_or_before(instant)
        if start is not None and instant < start + self.duration:
            return start + self.duration
        return self.schedule.first_after(instant)

    def change_until(self, instant: datetime) -> datetime | None:
        """Return when it closed last, or if it is open when it started last."""
        start = self.schedule.last_at_or_before(instant)
        if start is None or instant < start + self.duration:
            return start
        return start + self.duration

    def occurrence_from(self, instant: datetime) -> Occurrence | None:
        """Return the next occurrence, or what is left of the present one, from its last start on."""
        start = self.schedule.last_at_or_before(instant)
        if start is None or instant >= start + self.duration:
            start = self.schedule.first_after(instant)
        return None if start is None else Occurrence(opens_at=start, closes_at=self._end_of(start))

    def _end_of(self, start: datetime) -> datetime | None:
        """Follow the starts that prolong an occurrence, the last of each stretch at once."""
        for _ in range(MOST_STEPS):
            end = start + self.duration
            last = self.schedule.last_at_or_before(end)
            if last is None or last == start:
                return end
            start = last
        return None
