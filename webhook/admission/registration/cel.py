"""Expressions in CEL about an object and the one before. None fails on a field that is missing, at any depth.

An expression that fails counts as a failed call, so under ``failurePolicy: Fail`` the object could not be written at
all. Optional fields (``object.?spec``) would be shorter, and are refused by 1.28.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile

from webhook.policy.upgrades.field_path import FieldPath

NEW, OLD = "object", "oldObject"

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED = frozenset(
    (
        *("as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop"),
        *("namespace", "null", "package", "return", "true", "var", "void", "while"),
    )
)
"""Of the language: no field can be selected by such a name."""
_LAST_OF_FOUR_DIGITS = "\uffff"
_NAME = re.compile(r"\{(\w+)\}")


def quoted(text: str) -> str:
    """Write a text as a literal. What cannot be printed is escaped: YAML takes some of it for the end of a line."""
    return f"'{''.join(map(_escaped, text))}'"


def _escaped(char: str) -> str:
    if char in "\\'":
        return f"\\{char}"
    if char.isprintable():
        return char
    return f"\\u{ord(char):04x}" if char <= _LAST_OF_FOUR_DIGITS else f"\\U{ord(char):08x}"


def one_of(value: str, texts: Iterable[str]) -> str:
    """Say that a value is one of these texts."""
    return f"{value} in [{', '.join(map(quoted, texts))}]"


def interpolated(text: str, values: Mapping[str, str]) -> str:
    """Write a text in which ``{name}`` is the value of an expression that is a text. Each has a line of its own."""
    pieces = enumerate(_NAME.split(text))
    return " +\n".join(values[piece] if number % 2 else quoted(piece) for number, piece in pieces if piece)


def compared(paths: Iterable[FieldPath]) -> list[tuple[str, ...]]:
    """Return the fields that are compared for these paths. Of a list, and of a text of YAML, it is the whole.

    A field may be a list in one served version and a map in another: then the whole counts for either, since to look
    for a field in a list is an error.
    """
    cut = [(_fields_of(path), len(_fields_of(path)) < len(path.steps)) for path in paths]
    whole = {fields for fields, is_cut in cut if is_cut}
    found = (next((one for one in whole if fields[: len(one)] == one), fields) for fields, _ in cut)
    return list(dict.fromkeys(found))


def differs(steps: Sequence[str]) -> str:
    """Say that the field that the steps lead to is another in the object than in the one before."""
    return f"{_value(NEW, steps)} != {_value(OLD, steps)}"


def any_of(expressions: Iterable[str]) -> str:
    """Say that one of them holds. Each begins on a line of its own."""
    return " ||\n".join(expressions)


def _fields_of(path: FieldPath) -> tuple[str, ...]:
    """Return the fields up to the first step that is none."""
    return tuple(takewhile(lambda step: isinstance(step, str), path.steps))  # type: ignore[arg-type]  # as it says


def _value(root: str, steps: Sequence[str]) -> str:
    """Return the value that the steps lead to, null where they lead nowhere."""
    here, there = root, []
    for step in steps:
        there.append(_present(here, step))
        here = _inside(here, step)
    return f"({' && '.join(there)} ? {here} : null)"


def _present(value: str, field: str) -> str:
    return f"has({value}.{field})" if _selectable(field) else f"{quoted(field)} in {value}"


def _inside(value: str, field: str) -> str:
    return f"{value}.{field}" if _selectable(field) else f"{value}[{quoted(field)}]"


def _selectable(field: str) -> bool:
    return bool(_IDENTIFIER.fullmatch(field)) and field not in _RESERVED
