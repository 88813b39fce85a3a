"""What the guard does about an object that does not fit."""

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """From strictest to none."""

    DENY = "Deny"
    WARN = "Warn"
    """Allow, and tell the person who asked."""
    AUDIT = "Audit"
    """Allow, and leave a note in the API server's audit log."""
    OFF = "Off"


class UnknownUpgrade(StrEnum):
    """What unknown readiness does to a request for an upgrade."""

    DENY = "Deny"
    WARN = "Warn"
    ALLOW = "Allow"


class UnsetAtCreate(StrEnum):
    """What a new pod without a platform version is taken for."""

    ALLOW = "Allow"
    """The platform will set the current version: nothing to object to."""
    JUDGE = "Judge"
    """Judge it as unset. That refuses new ECI pods, and with them the recreation of old ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Modes:
    """One mode for each kind of request.

    A version declared at CREATE is suspicious but no proof (a copied manifest carries a stale one), hence Warn.
    """

    pods: Mode = Mode.WARN
    workloads: Mode = Mode.WARN
    upgrades: Mode = Mode.DENY
