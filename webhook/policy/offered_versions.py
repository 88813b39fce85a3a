"""Which Kubernetes minor ACK offers after which. A cluster goes up one *offered* minor at a time, and skips none.

Even minors only until 1.30, every minor from 1.31 on. A minor whose maintenance has ended stays a step of the way.
"""

from webhook.policy.kubernetes_version import KubernetesVersion

SOURCE = "https://www.alibabacloud.com/help/en/ack/overview-of-kubernetes-versions-supported-by-ack"
AS_OF = "2025-11-06"
"""When the vendor last changed that page, as read for this table on 2026-11-22."""

_RELEASED = {
    "1.12": "2019-03",
    "1.14": "2019-08",
    "1.16": "2020-02",
    "1.18": "2020-09",
    "1.20": "2021-04",
    "1.22": "2021-12",
    "1.24": "2022-09",
    "1.26": "2023-04",
    "1.28": "2023-10",
    "1.30": "2024-06",
    "1.31": "2024-09",
    "1.32": "2025-01",
    "1.33": "2025-05",
    "1.34": "2025-09",
}
"""Minors and the month in which ACK released each."""

OFFERED = tuple(sorted(map(KubernetesVersion.parse, _RELEASED)))


class NoneOffered(LookupError):
    """Raised where the table knows no next minor. Its message says up to where it goes, and as of when."""


def next_offered(running: KubernetesVersion) -> KubernetesVersion:
    """Return the minor that ACK offers next to a cluster of this version. Raises NoneOffered.

    What runs need not be in the table: a cluster of 1.25 is no ACK cluster, but what comes next is 1.26 all the same.
    """
    if running < OFFERED[0]:
        raise NoneOffered(f"the table of what ACK offers begins with {OFFERED[0]}, and says nothing of {running}")
    for minor in OFFERED:
        if minor > running:
            return minor
    raise NoneOffered(f"as of {AS_OF} ACK offers nothing after {OFFERED[-1]}, and the cluster runs {running}")


def skipped(running: KubernetesVersion, target: KubernetesVersion) -> tuple[KubernetesVersion, ...]:
    """Return the minors that ACK offers between the two, and that an upgrade in one go would skip."""
    return tuple(minor for minor in OFFERED if running < minor < target)
