"""A ValidatingAdmissionPolicy, as a value: what it matches, what it works out, and what must hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webhook.policy.modes import Mode

Json = dict[str, Any]

MAX_EXPRESSION = 100_000
"""Characters. An API server parses no longer ones."""
MAX_TOGETHER = 1024 * 1024
"""Bytes of all expressions of a policy. What an API server stores may have half as much again."""


class TooLarge(ValueError):
    """Raised for what no API server takes. Its message names the field of the policy that makes it so large."""


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

    def __post_init__(self) -> None:
        found = [variable.expression for variable in self.variables]
        found += [text for one in self.validations for text in (one.expression, one.message)]
        size = sum(len(expression.encode()) for expression in found)
        if size > MAX_TOGETHER:
            fields = "spec.evidence, spec.exemptions and spec.matrix"
            would = f"{self.name} would have {size:,} bytes, and {MAX_TOGETHER:,} are stored for sure"
            raise TooLarge(f"{fields} are too large together: {would}")


def _bound(expression: str, field: str) -> None:
    if len(expression) > MAX_EXPRESSION:
        raise TooLarge(f"{field} is too large: an API server takes {MAX_EXPRESSION:,} characters in one expression")
