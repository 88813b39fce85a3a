"""A ValidatingAdmissionPolicy, as a value: what it matches, what it works out, and what must hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webhook.policy.modes import Mode

Json = dict[str, Any]

MAX_EXPRESSION = 100_000
"""Characters. The API server parses no longer ones; below this none costs more than it grants (1,000,000 units)."""


class TooLarge(ValueError):
    """Raised where a field of the policy makes an expression that no API server takes. Its message names the field."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is too large: an API server takes {MAX_EXPRESSION:,} characters in one expression")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """Something that is worked out when an expression first asks for it, as ``variables.NAME``."""

    name: str
    why: str
    expression: str
    field: str = ""
    """Of the policy, what makes it long."""

    def __post_init__(self) -> None:
        _bound(self.expression, self.field)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What must hold, and what is said where it does not."""

    why: str
    expression: str
    message: str
    """An expression too."""

    def __post_init__(self) -> None:
        _bound(self.expression, "spec.matrix.platformVersions")


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionPolicy:
    """One policy. All of its validations are answered by the same mode."""

    name: str
    why: str
    mode: Mode
    rules: tuple[Json, ...]
    conditions: Mapping[str, str]
    """Expressions by name; all must hold."""
    variables: tuple[Variable, ...]
    """Each may use those before it."""
    validations: tuple[Validation, ...]


def _bound(expression: str, field: str) -> None:
    if len(expression) > MAX_EXPRESSION:
        raise TooLarge(field)
