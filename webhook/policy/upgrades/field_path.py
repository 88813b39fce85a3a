"""Paths into objects: ``spec.commands[*].version``, ``data['a.yml']``, ``data.Configuration|yaml.version``.

A field, each item of a list, and a document of YAML that stands in a text: no more is needed to find a version.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import Any

import yaml

from webhook.policy.yaml_bounds import UnboundedYaml, prove_bounded

_STEP = re.compile(
    r"(?:^|\.)(?P<field>[A-Za-z_][A-Za-z0-9_-]*)|\['(?P<quoted>[^']+)'\]|(?P<each>\[\*\])|(?P<yaml>\|yaml)"
)


class InvalidPath(ValueError):
    """Raised for a text that is no path. Its message shows how one is written."""


class Into(Enum):
    """Steps that are no field."""

    EACH = auto()
    """Each item of a list."""
    YAML = auto()
    """The document that stands in a text."""


_MAX_NODES = 5_000
_MAX_TEXT = 128 * 1024
"""Of a document in a text: it is read while admission waits. What is larger is as unreadable as what is no YAML."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands for a value that is there and cannot be told. Two that were the same text are equal."""

    digest: str


@dataclass(frozen=True, slots=True)
class FieldPath:
    """A way through an object. What is not there, or has another shape on the way, gives no value."""

    text: str
    steps: tuple[str | Into, ...]

    @classmethod
    def parse(cls, text: str) -> "FieldPath":
        """Read a path. Raises InvalidPath."""
        steps: list[str | Into] = []
        written, end = f".{text}", 0
        while match := _STEP.match(written, end):
            field = match["field"] or match["quoted"]
            steps.append(field or (Into.EACH if match["each"] else Into.YAML))
            end = match.end()
        if end < len(written):
            raise InvalidPath("not a path; write it like spec.version, spec.pools[*].version or data['a.yml']")
        return cls(text, tuple(steps))

    def values(self, value: Any) -> Iterator[Any]:
        """Yield what the path leads to; null is as absent. An Unreadable stands for what cannot be entered."""
        return _walk(value, self.steps)

    def __str__(self) -> str:
        return self.text


def _walk(value: Any, steps: tuple[str | Into, ...]) -> Iterator[Any]:
    if value is None:
        return
    if not steps or isinstance(value, Unreadable):
        yield value
        return
    step, rest = steps[0], steps[1:]
    match step:
        case Into.EACH:
            for item in value if isinstance(value, list) else ():
                yield from _walk(item, rest)
        case Into.YAML:
            yield from _walk(_document(value) if isinstance(value, str) else Unreadable(digest_of(value)), rest)
        case _:
            yield from _walk(value.get(step) if isinstance(value, dict) else None, rest)


@lru_cache(maxsize=4)
def _document(text: str) -> Any:
    """Read a text as YAML, in which every scalar stays the text that it is: 1.30 is no number here.

    A kind may have many paths through one text, of the object and of the one before: each text is read once.
    """
    if len(text) > _MAX_TEXT:
        return Unreadable(digest_of(text))
    try:
        prove_bounded(text, max_nodes=_MAX_NODES)
        return yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 -- it makes lists, maps and texts alone
    except (UnboundedYaml, yaml.YAMLError):
        return Unreadable(digest_of(text))


def digest_of(value: Any) -> str:
    """Return what tells a value from others without repeating it."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
