"""Which Kubernetes minor an OpenShift minor brings.

Each release says so itself, in "About this release" of its notes. Those of 4.2, 4.6 and 4.15 were read for this table;
the others follow the same count of one Kubernetes minor a release, which began with 4.3 and was not broken since.
What the table does not know is unknown, and not guessed.
"""

import re

from webhook.policy.kubernetes_version import KubernetesVersion

SOURCE = "https://docs.redhat.com/en/documentation/openshift_container_platform (release notes; read 2026-11-26)"

_MINORS = {1: 13, 2: 14} | {minor: minor + 13 for minor in range(3, 21)}
"""Of OpenShift 4 to those of Kubernetes 1."""

_FORM = re.compile(r"(?:openshift-)?v?4\.(?P<minor>0|[1-9][0-9]{0,3})(?:[.\-+].*)?", re.DOTALL)


def kubernetes_of(text: str) -> KubernetesVersion | None:
    """Return the Kubernetes minor of an OpenShift version, None where it is not known."""
    match = _FORM.fullmatch(text.strip())
    minor = None if match is None else _MINORS.get(int(match["minor"]))
    return None if minor is None else KubernetesVersion(1, minor)
