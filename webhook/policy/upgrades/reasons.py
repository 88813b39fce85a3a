"""Every reason to say something about a request for an upgrade: its stable code, what it means, and what to do.

A new reason is one member here, the rule that finds it, a line in the reference and a test of its words.
"""

from enum import Enum

_REPORT = "eci-upgrade-guard report{target}"
_WHEN = "eci-upgrade-guard windows --policy FILE tells when "


class UpgradeReason(Enum):
    """Why a request was not simply allowed. ``code`` is stable: scripts and dashboards may rely on it.

    What to do is said in a few words beside a warning, and in ``next_step`` below a denial, if there is anything to say
    then. ``{target}`` stands for the option that names the version, ``{skips}`` for a word on minors that are skipped,
    ``{right}`` for the right to override.
    """

    PODS_UNFIT = (
        "PodsUnfit",
        "ECI pods cannot run under the version that is asked for",
        _REPORT,
        "eci-upgrade-guard recreate{target} makes these pods anew; then ask again{skips}",
    )
    READINESS_UNKNOWN = (
        "ReadinessUnknown",
        "whether the ECI pods can run under the version is not known",
        _REPORT,
        _REPORT + " asks the cluster itself{skips}",
    )
    VERSION_UNKNOWN = (
        "VersionUnknown",
        "which version is asked for cannot be told, and some would not do",
        _REPORT,
        "name a version, or recreate the pods of " + _REPORT,
    )
    OBJECT_UNREADABLE = (
        "ObjectUnreadable",
        "what is asked for cannot be read",
        "take out what nests so deeply",
        "take out what nests so deeply; nothing that upgrades a cluster needs it",
    )
    OUTSIDE_WINDOWS = (
        "OutsideWindows",
        "no upgrade window is open",
        _WHEN + "one opens",
        _WHEN + "the next one opens{skips}",
    )
    FREEZE = (
        "Freeze",
        "a freeze is in force",
        _WHEN + "one opens",
        _WHEN + "the next one opens{skips}",
    )
    OVERRIDE_REFUSED = (
        "OverrideRefused",
        "an override was set by who may not, or one that holds for nothing",
        _REPORT,
        "mend it, ask who has {right}, or take the annotation off",
    )
    OVERRIDE_SET = ("OverrideSet", "an override was set, and nothing was asked for yet", "nothing was asked for yet")
    NOT_CLAIMED = (
        "NotClaimed",
        "the policy does not say that the object stands for this cluster",
        "claim it there if it stands for this cluster",
    )
    MINOR_SKIPPED = ("MinorSkipped", "the upgrade skips a minor that lies between", "ask for one minor after the other")

    def __init__(self, code: str, meaning: str, todo: str, next_step: str = "") -> None:
        self.code = code
        self.meaning = meaning
        self.todo = todo
        self.next_step = next_step

    __hash__ = object.__hash__
