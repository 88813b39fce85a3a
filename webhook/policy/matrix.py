"""Which Kubernetes versions each platform version supports.

What a row does not list is not supported: 1.25 and the odd minors before it were never offered, and nobody promised
that a pod on 1.0.0 runs there. The vendor's words for 1.0.0 and unset end at 1.24 and call 1.26 and later
incompatible, so from 1.26 on the reason is "too old" rather than "not listed".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.reasons import Reason

UNSET = ""
"""The platform version of a pod whose annotation is absent or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """One row: what one platform version supports, and who says so."""

    source: str
    listed: frozenset[KubernetesVersion] = frozenset()
    """Supported minors, one by one."""
    since: KubernetesVersion | None = None
    """This minor and every later one are supported."""
    ends_before: KubernetesVersion | None = None
    """The source calls this minor and every later one incompatible."""

    def covers(self, target: KubernetesVersion) -> bool:
        """Whether the platform version supports ``target``."""
        return target in self.listed or (self.since is not None and target >= self.since)


class Matrix:
    """Rows by platform version. Immutable."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Mapping[str, Support]) -> None:
        self._rows = dict(rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Matrix) and self._rows == other._rows

    def __hash__(self) -> int:
        return hash(frozenset(self._rows.items()))

    def with_rows(self, rows: Mapping[str, Support]) -> "Matrix":
        """Return a matrix in which ``rows`` stand beside, or instead of, those of the same platform version."""
        return Matrix({**self._rows, **rows})

    def judge(self, platform_version: str | None, target: KubernetesVersion) -> Reason:
        """Tell whether a running instance of ``platform_version`` fits ``target``, and why."""
        version = normalise(platform_version)
        row = self._rows.get(version)
        if row is None:
            return Reason.PLATFORM_VERSION_UNKNOWN
        if row.covers(target):
            return Reason.SUPPORTED
        if row.ends_before is None or target < row.ends_before:
            return Reason.KUBERNETES_VERSION_NOT_LISTED
        if version == UNSET:
            return Reason.PLATFORM_VERSION_UNSET
        return Reason.PLATFORM_VERSION_TOO_OLD

    def minors(self) -> tuple[KubernetesVersion, ...]:
        """Return every Kubernetes minor that a row speaks of, in order."""
        spoken = {minor for row in self._rows.values() for minor in (*row.listed, row.since, row.ends_before)}
        return tuple(sorted(minor for minor in spoken if minor is not None))

    def platform_versions(self) -> tuple[str, ...]:
        """Return the platform versions that have a row, in order."""
        return tuple(sorted(self._rows))

    def knows(self, platform_version: str) -> bool:
        """Whether there is a row for it."""
        return normalise(platform_version) in self._rows


def normalise(platform_version: str | None) -> str:
    """Return the one spelling of a platform version: no blanks around it and no leading v. None is unset."""
    return UNSET if platform_version is None else platform_version.strip().removeprefix("v")


def _minors(texts: Iterable[str]) -> frozenset[KubernetesVersion]:
    return frozenset(map(KubernetesVersion.parse, texts))


_VENDOR = (
    "https://www.alibabacloud.com/help/en/ack/ack-managed-and-ack-dedicated/user-guide/"
    "eci-platform-version-compatibility-matrix (as of 2025-09-23, read 2026-11-22)"
)
_UP_TO_1_24 = Support(
    source=_VENDOR,
    listed=_minors(["1.12", "1.14", "1.16", "1.18", "1.20", "1.22", "1.24"]),
    ends_before=KubernetesVersion(1, 26),
)

VENDOR_MATRIX = Matrix(
    {
        "1.1.0": Support(source=_VENDOR, since=KubernetesVersion(1, 12)),
        "1.0.0": _UP_TO_1_24,
        UNSET: _UP_TO_1_24,
    },
)
"""The vendor's table. Earlier copies of the page listed 1.1.0 minor by minor; the newest says "1.12 and later"."""
