"""Whether this is a time for upgrades, why, and until when: windows and freezes together."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MINYEAR, datetime, timedelta

from webhook.policy.plain_text import plain
from webhook.policy.windows.openings import Opening, next_openings
from webhook.policy.windows.window import MOST_STEPS, Freeze, Window

_FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """What holds at an instant, and until the next one at which anything of it may change."""

    open: bool
    windows: tuple[Window, ...]
    """The windows that are open, in the policy's order; none while a freeze holds."""
    freeze: Freeze | None
    """The freeze in force; of several the one that ends last."""
    since: datetime
    """The instant that was asked about."""
    until: datetime | None
    """None where nothing will change."""

    @property
    def because(self) -> str:
        """Say in a line whether it is open, and why. It is safe to show."""
        if self.freeze is not None:
            return f"closed: freeze until {self.freeze.ends:%Y-%m-%dT%H:%M:%SZ} ({plain(self.freeze.reason)})"
        if self.windows:
            names = ", ".join(plain(window.name, 63) for window in self.windows)
            return f"open: {'window' if len(self.windows) == 1 else 'windows'} {names}"
        return "open: the policy names no windows" if self.open else "closed: no window is open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The windows and freezes of a policy. Without windows it is always open, but in a freeze."""

    windows: tuple[Window, ...] = ()
    freezes: tuple[Freeze, ...] = ()

    def at(self, now: datetime) -> Hours:
        """Tell what holds at ``now``."""
        freeze = self._freeze_at(now)
        windows = () if freeze else tuple(window for window in self.windows if window.is_open_at(now))
        return Hours(
            open=freeze is None and (bool(windows) or not self.windows),
            windows=windows,
            freeze=freeze,
            since=now,
            until=min(self._changes_after(now), default=None),
        )

    def began_at(self, now: datetime) -> datetime | None:
        """Return since when it has been open, or closed, without a break; None where that is not within a year."""
        was, instant = self.at(now).open, now
        for _ in range(self._most_steps()):
            change = max(self._changes_until(instant), default=None)
            if change is None or now - change > _FARTHEST or change.year == MINYEAR:
                return None
            instant = change - timedelta.resolution
            if self.at(instant).open != was:
                return change
        return None

    def ends_at(self, now: datetime) -> datetime | None:
        """Return until when it stays open, or closed, without a break; None where no end was found.

        It follows windows that adjoin or overlap, and freezes, for a year or through some hundred changes.
        """
        first = hours = self.at(now)
        for _ in range(self._most_steps()):
            if hours.until is None or hours.since - now > _FARTHEST:
                return None
            hours = self.at(hours.until)
            if hours.open != first.open:
                return hours.since
        return None

    def openings(self, now: datetime, count: int) -> tuple[Opening, ...]:
        """Return the next openings after ``now``."""
        return next_openings(self.windows, self.freezes, now, count)

    def _most_steps(self) -> int:
        """Return how many changes are followed: each is asked of every window."""
        return max(1, MOST_STEPS // max(1, len(self.windows)))

    def _freeze_at(self, instant: datetime) -> Freeze | None:
        holding = (freeze for freeze in self.freezes if freeze.holds_at(instant))
        return max(holding, key=lambda freeze: freeze.ends, default=None)

    def _changes_after(self, instant: datetime) -> Iterator[datetime]:
        for freeze in self.freezes:
            yield from (change for change in (freeze.begins, freeze.ends) if change > instant)
        if self._freeze_at(instant) is None:
            yield from (change for window in self.windows if (change := window.change_after(instant)))

    def _changes_until(self, instant: datetime) -> Iterator[datetime]:
        for freeze in self.freezes:
            yield from (change for change in (freeze.begins, freeze.ends) if change <= instant)
        if self._freeze_at(instant) is None:
            yield from (change for window in self.windows if (change := window.change_until(instant)))
