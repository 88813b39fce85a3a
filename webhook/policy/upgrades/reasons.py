"""Every reason to say something about a request for an upgrade: its stable code, and what it means."""

from enum import Enum


class UpgradeReason(Enum):
    """Why a request was not simply allowed. ``code`` is stable: scripts and dashboards may rely on it."""

    PODS_UNFIT = ("PodsUnfit", "ECI pods cannot run under the version that is asked for")
    READINESS_UNKNOWN = ("ReadinessUnknown", "whether the ECI pods can run under the version is not known")
    VERSION_UNKNOWN = ("VersionUnknown", "which version is asked for cannot be told, and some would not do")
    OBJECT_UNREADABLE = ("ObjectUnreadable", "what is asked for cannot be read")
    OUTSIDE_WINDOWS = ("OutsideWindows", "no upgrade window is open")
    FREEZE = ("Freeze", "a freeze is in force")
    OVERRIDE_REFUSED = ("OverrideRefused", "an override was set by who may not, or one that holds for nothing")
    OVERRIDE_SET = ("OverrideSet", "an override was set, and nothing was asked for yet")
    NOT_CLAIMED = ("NotClaimed", "the policy does not say that the object stands for this cluster")
    MINOR_SKIPPED = ("MinorSkipped", "the upgrade skips a minor that lies between")

    def __init__(self, code: str, meaning: str) -> None:
        self.code = code
        self.meaning = meaning

    __hash__ = object.__hash__
