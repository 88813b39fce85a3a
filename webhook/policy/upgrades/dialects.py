"""What a text says of a Kubernetes version, by the dialect of the field that it stands in."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum

from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.upgrades.openshift import kubernetes_of


class Dialect(StrEnum):
    """How a field writes a version."""

    KUBERNETES = "Kubernetes"
    """In any vendor's form. What is none is a version that cannot be told ("latest")."""
    OPENSHIFT = "OpenShift"
    IMAGE = "Image"
    """A Kubernetes version in the tag of an image."""
    OPENSHIFT_IMAGE = "OpenShiftImage"
    FREE_TEXT = "FreeText"
    """Anything, most of it no version of Kubernetes: only 1.N counts."""
    CHANNEL = "Channel"
    """Whatever stands there, it names no version."""


def version_in(text: str, dialect: Dialect) -> KubernetesVersion | None:
    """Return the version that a text names, None where it cannot be told."""
    return _READERS[dialect](text)


def _free_text(text: str) -> KubernetesVersion | None:
    version = KubernetesVersion.read(text)
    return version if version is not None and version.major == 1 else None


_TAG = re.compile(r"[^@]*:(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})(?:@.*)?", re.DOTALL)
"""Behind the last colon that no slash follows: a registry may have a port."""


def _tag(image: str) -> str:
    match = _TAG.fullmatch(image.strip())
    return match["tag"] if match else ""


_READERS: Mapping[Dialect, Callable[[str], KubernetesVersion | None]] = {
    Dialect.KUBERNETES: KubernetesVersion.read,
    Dialect.OPENSHIFT: kubernetes_of,
    Dialect.IMAGE: lambda image: KubernetesVersion.read(_tag(image)),
    Dialect.OPENSHIFT_IMAGE: lambda image: kubernetes_of(_tag(image)),
    Dialect.FREE_TEXT: _free_text,
    Dialect.CHANNEL: lambda _: None,
}
