"""Label selectors, as PodDisruptionBudgets use them.

Source: the Kubernetes API, meta/v1 LabelSelector: all requirements must hold; an empty selector selects everything.
"""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct


class Operator(StrEnum):
    """How a requirement looks at a label."""

    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"


class Requirement(Struct, frozen=True):
    """One of ``matchExpressions``."""

    key: str
    operator: Operator
    values: tuple[str, ...] | None = None

    def holds_for(self, labels: Mapping[str, object]) -> bool:
        """Whether labels satisfy it. As in Kubernetes, NotIn holds where the label is absent."""
        match self.operator:
            case Operator.IN:
                return labels.get(self.key) in (self.values or ())
            case Operator.NOT_IN:
                return self.key not in labels or labels[self.key] not in (self.values or ())
            case Operator.EXISTS:
                return self.key in labels
            case Operator.DOES_NOT_EXIST:
                return self.key not in labels


class LabelSelector(Struct, frozen=True, rename="camel"):
    """Which objects are meant."""

    match_labels: dict[str, str] | None = None
    match_expressions: tuple[Requirement, ...] | None = None

    def selects(self, labels: Mapping[str, object]) -> bool:
        """Whether an object with these labels is meant."""
        return all(labels.get(key) == value for key, value in (self.match_labels or {}).items()) and all(
            requirement.holds_for(labels) for requirement in self.match_expressions or ()
        )
