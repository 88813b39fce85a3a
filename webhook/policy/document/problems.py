"""What is wrong with a policy document, each problem with its field, its line and the nearest right word."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from webhook.policy.document.positions import Path
from webhook.policy.document.schema import PolicyDocument
from webhook.policy.nearest import nearest
from webhook.policy.plain_text import plain


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.field}: {self.message}" if self.field else f"{place}{self.message}"


class InvalidPolicy(ValueError):
    """Raised when a policy document is refused, with everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


def problem_of(error: ErrorDetails, lines: dict[Path, int]) -> Problem:
    """Word one of pydantic's errors."""
    path: Path = error["loc"]
    known = next(path[:length] for length in range(len(path), -1, -1) if path[:length] in lines or length == 0)
    return Problem(lines.get(known, 0), field_path(path), _message(error, path))


def field_path(path: Path) -> str:
    """Write a path as ``spec.exemptions[0].expires``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{plain(part, 63)}" for part in path)
    return text.removeprefix(".")


_LIKENESS = 0.5
"""Words of a policy are few and unlike each other: a hint may be bold."""

_MESSAGES = {
    "bool_type": "must be true or false",
    "dict_type": "must be a map",
    "empty": "is empty",
    "missing": "is required",
    "model_type": "must be a map",
    "string_pattern_mismatch": "must be written as in the API, like clusters, or a group like cluster.x-k8s.io",
    "string_too_short": "must not be empty",
    "string_type": "must be text; put it in quotes",
    "tuple_type": "must be a list",
}


def _message(error: ErrorDetails, path: Path) -> str:
    context: dict[str, Any] = error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            return "unknown field" + nearest(str(path[-1]), _fields_beside(path), cutoff=_LIKENESS)
        case "enum" | "literal_error":
            valid = re.findall(r"'([^']*)'", context["expected"])
            given = error["input"]
            hint = nearest(given, valid, cutoff=_LIKENESS) if isinstance(given, str) and len(valid) > 1 else ""
            return f"must be {' or '.join(valid)}{hint}"
        case "value_error":
            return plain(str(context["error"]))  # RE2 repeats a piece of the pattern as it is
        case "string_too_long":
            return f"must have at most {context['max_length']} characters"
        case "too_long":
            return f"must have at most {context['max_length']} entries"
        case other:
            return _MESSAGES.get("empty" if error["input"] is None and other == "model_type" else other, error["msg"])


def _fields_beside(path: Path) -> list[str]:
    """Return the fields that the document knows where ``path`` has one that it does not know."""
    model: type[BaseModel] = PolicyDocument
    for part in path[:-1]:
        if isinstance(part, int):
            continue
        field = next(field for field in model.model_fields.values() if field.alias == part)
        model = next(_models_in(field.annotation))
    return [field.alias or "" for field in model.model_fields.values()]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
