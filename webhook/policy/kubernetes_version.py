"""Kubernetes versions, as vendors write them and as we compare them: by major and minor alone.

Forms read: ``1.26`` · ``v1.26`` · ``1.31+`` · ``1.32.7-aliyun.1`` · ``1.22.15-aliyunedge.1`` · ``v1.30.4+rke2r1`` ·
``v1.30.2+k0s.0`` · ``v1.23.8---vmware.2-tkg.2-zshippable``. These are not PEP 440 and not all of them SemVer.
"""

import re
from dataclasses import dataclass

_FORM = re.compile(
    r"[vV]?(?P<major>0|[1-9][0-9]{0,3})\.(?P<minor>0|[1-9][0-9]{0,3})(?:\.[0-9]+)?(?:[-+][0-9A-Za-z.+-]*)?",
)


class InvalidVersion(ValueError):
    """Raised when a text is no Kubernetes version. Its message does not repeat the text."""


@dataclass(frozen=True, slots=True, order=True)
class KubernetesVersion:
    """A minor release. Ordered; patch level and vendor suffix are gone."""

    major: int
    minor: int

    @classmethod
    def parse(cls, text: str) -> "KubernetesVersion":
        """Read any vendor's form. Raises InvalidVersion."""
        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise InvalidVersion("not a Kubernetes version; write it like 1.26 or v1.26.3-aliyun.1")
        return cls(int(match["major"]), int(match["minor"]))

    @classmethod
    def read(cls, text: str) -> "KubernetesVersion | None":
        """Read any vendor's form; None where it is none."""
        try:
            return cls.parse(text)
        except InvalidVersion:
            return None

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"
