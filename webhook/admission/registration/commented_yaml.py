"""YAML for people: a comment stands above each choice. A comment and the fields that it is about are a ``Choice``."""

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

import yaml

from webhook.policy.plain_text import plain
from webhook.policy.wrapped import wrapped

Json = dict[str, Any]
Choice = tuple[str, Json]

_WIDTH = 110
_ON_A_LINE = 3
_UNFOLDED = 10_000
"""Characters: an expression is never broken but where it says so."""


def comment(text: str, indent: str = "") -> Iterator[str]:
    """Yield the lines of a comment; of no text, none. No word is broken: it may be a path of a command."""
    for line in wrapped(text, _WIDTH):
        yield f"{indent}# {plain(line, len(line))}\n"


def fields(choices: Iterable[Choice], indent: str = "", *, item: bool = False) -> Iterator[str]:
    """Yield the fields of a map in order, or those of a map that is an item of a list."""
    inside = f"{indent}  " if item else indent
    above, first = indent, item
    for why, chosen in choices:
        yield from comment(why, above)
        text = textwrap.indent(_yaml(chosen), inside)
        yield text.replace(inside, f"{indent}- ", 1) if first else text
        above, first = inside, False


class Expression(str):
    """A text that is always a block of its own, so that its quotes need no others around them."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as they are, and lists of short texts on one line."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    block = "\n" in text or isinstance(text, Expression)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if block else None)


def _list(dumper: yaml.SafeDumper, found: list[Any]) -> yaml.SequenceNode:
    on_a_line = all(isinstance(item, str) for item in found) and len(found) <= _ON_A_LINE
    return dumper.represent_sequence("tag:yaml.org,2002:seq", found, flow_style=on_a_line)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Expression, _text)
_Dumper.add_representer(list, _list)


def _yaml(value: Json) -> str:
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, width=_UNFOLDED, allow_unicode=True)
