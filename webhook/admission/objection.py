"""What the guard holds against an object, before anyone asks what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from webhook.policy.reasons import Reason


class Surface(StrEnum):
    """Where the object was met."""

    PODS = "pods"
    BINDINGS = "bindings"
    """Of pods to nodes. The mode of pods holds for them."""
    WORKLOADS = "workloads"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """One object that does not fit the target. Texts are as they came: make them ``plain`` before showing them."""

    surface: Surface
    kind: str
    namespace: str
    name: str
    reason: Reason
    platform_version: str
    """Normalised; "" is unset."""
    evidence: str
    """A clause that says why it counts as ECI."""
    problem: str = ""
    """Of a malformed object: which field is wrong."""
    labels: Mapping[str, object] = field(default_factory=dict)
    """The pod's, for exemptions by label."""
