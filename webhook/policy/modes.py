"""What the guard does about an object that does not fit."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from webhook.policy.verdict import Verdict


class Mode(StrEnum):
    """From strictest to none."""

    DENY = "Deny"
    WARN = "Warn"
    """Allow, and tell the person who asked."""
    AUDIT = "Audit"
    """Allow, and leave a note in the API server's audit log."""
    OFF = "Off"


_PLACES = {mode: place for place, mode in enumerate(Mode)}


def laxer(one: Mode, other: Mode) -> Mode:
    """Return the less strict of two modes."""
    return max(one, other, key=_PLACES.__getitem__)


def mode_towards(verdict: Verdict, mode: Mode) -> Mode:
    """Return what to do about an object that may not fit: no proof is no denial, or an old matrix would stop all."""
    return laxer(mode, Mode.WARN) if verdict is Verdict.UNKNOWN else mode


class UpgradeAnswer(StrEnum):
    """What a request for an upgrade gets while readiness is unknown, or outside the windows."""

    DENY = "Deny"
    WARN = "Warn"
    ALLOW = "Allow"

    @property
    def mode(self) -> Mode:
        """Return the mode that does the same."""
        return {self.DENY: Mode.DENY, self.WARN: Mode.WARN, self.ALLOW: Mode.OFF}[self]


class UnsetAtCreate(StrEnum):
    """What a new pod without a platform version is taken for."""

    ALLOW = "Allow"
    """The platform will set the current version: nothing to object to."""
    JUDGE = "Judge"
    """Judge it as unset. That refuses new ECI pods, and with them the recreation of old ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeChanges:
    """Modes that hold for a while in place of the policy's own. None leaves one as it is."""

    pods: Mode | None = None
    workloads: Mode | None = None
    upgrades: Mode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Modes:
    """One mode for each kind of request.

    A version declared at CREATE is suspicious but no proof (a copied manifest carries a stale one), hence Warn.
    """

    pods: Mode = Mode.WARN
    workloads: Mode = Mode.WARN
    upgrades: Mode = Mode.DENY

    def but(self, changes: ModeChanges) -> "Modes":
        """Return these modes with the changes made."""
        return Modes(
            pods=changes.pods or self.pods,
            workloads=changes.workloads or self.workloads,
            upgrades=changes.upgrades or self.upgrades,
        )


def strictest(modes: Iterable[Modes]) -> Modes:
    """Return the strictest mode for each kind of request. Raises ValueError where there are no modes at all."""
    given = list(modes)
    return Modes(
        pods=_strictest(one.pods for one in given),
        workloads=_strictest(one.workloads for one in given),
        upgrades=_strictest(one.upgrades for one in given),
    )


def _strictest(modes: Iterable[Mode]) -> Mode:
    return min(modes, key=_PLACES.__getitem__)
