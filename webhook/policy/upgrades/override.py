"""Going on all the same: an annotation on the upgrade object, for one minor, for a time, with a reason.

``eci-upgrade-guard.io/override: "1.26 until=2026-11-23T02:00:00Z: the batch pods may die (OPS-1207)"``. Who may set it
and who may use it is a right of its own: the verb ``override`` on ``upgrades.eci-upgrade-guard.io``.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from webhook.policy.kubernetes_version import InvalidVersion, KubernetesVersion

ANNOTATION = "eci-upgrade-guard.io/override"
LONGEST = timedelta(hours=72)
"""How far ahead an override may end."""

_FORM = re.compile(r"\s*(?P<minor>\S+)\s+until=(?P<until>\S+):\s+(?P<reason>\S.*)", re.DOTALL)


class InvalidOverride(ValueError):
    """Raised for an override that holds for nothing. Its message says why, in a clause, and repeats nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """One that can be read. The reason is as somebody wrote it: make it ``plain`` before showing it."""

    minor: KubernetesVersion
    until: datetime
    """Aware. From this instant on it no longer holds."""
    reason: str

    def prove_good_for(self, version: KubernetesVersion | None, now: datetime) -> None:
        """Return if it holds now for an upgrade to ``version`` (None: cannot be told). Raises InvalidOverride."""
        if version is None:
            raise InvalidOverride("an override is for one minor, and which one is asked for cannot be told")
        if version != self.minor:
            raise InvalidOverride(f"it is for {self.minor} and not for {version}")
        self.prove_in_time(now)

    def prove_in_time(self, now: datetime) -> None:
        """Return if it may hold now, whatever is asked for. Raises InvalidOverride."""
        if now >= self.until:
            raise InvalidOverride(f"it ended at {self.until.isoformat()}")
        if self.until - now > LONGEST:
            raise InvalidOverride(f"it ends more than {LONGEST.total_seconds() / 3600:.0f} h from now")


def read_override(text: str) -> Override:
    """Read the annotation. Raises InvalidOverride."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise InvalidOverride('it is not written like "1.26 until=2026-11-23T02:00:00Z: REASON"')
    try:
        minor = KubernetesVersion.parse(match["minor"])
        until = datetime.fromisoformat(match["until"])
    except InvalidVersion:
        raise InvalidOverride("it does not begin with a Kubernetes minor like 1.26") from None
    except ValueError:
        raise InvalidOverride("its end is no instant like 2026-11-23T02:00:00Z") from None
    if until.tzinfo is None:
        raise InvalidOverride("its end has no time zone; write it like 2026-11-23T02:00:00Z")
    return Override(minor=minor, until=until, reason=match["reason"].strip())
