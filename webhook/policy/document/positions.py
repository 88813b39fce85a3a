"""YAML text into plain values, remembering on which line each field stands."""

from typing import Any, NamedTuple

import yaml

from webhook.policy.yaml_bounds import prove_bounded

Path = tuple[str | int, ...]

_TAG = "tag:yaml.org,2002:"


class Located(NamedTuple):
    """A document's value, and the line (from 1) of every path in it."""

    value: Any
    lines: dict[Path, int]
    duplicates: list[Path]
    """Fields that stand twice; the value has the last of them."""


def read_located(text: str) -> Located:
    """Read one document. Raises UnboundedYaml and yaml.YAMLError."""
    prove_bounded(text)
    located = Located(None, {}, [])
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    return located._replace(value=None if root is None else _value(root, (), located))


def _value(node: yaml.Node, path: Path, located: Located) -> Any:
    located.lines.setdefault(path, node.start_mark.line + 1)
    match node:
        case yaml.MappingNode():
            return _mapping(node, path, located)
        case yaml.SequenceNode():
            return [_value(item, (*path, index), located) for index, item in enumerate(node.value)]
        case _:
            return _scalar(node.tag, node.value)


def _mapping(node: yaml.MappingNode, path: Path, located: Located) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"  # no field has a name of parts
        if key in result:
            located.duplicates.append((*path, key))
        located.lines[*path, key] = key_node.start_mark.line + 1
        result[key] = _value(value_node, (*path, key), located)
    return result


def _scalar(tag: str, text: str) -> Any:
    """Return the value that the author meant.

    YAML 1.1 makes the number 1.3 of ``targetVersion: 1.30`` and the boolean false of ``pods: Off``. No field of a
    policy is a float or a date, so those stay the text that was written.
    """
    if tag == _TAG + "null":
        return None
    if tag == _TAG + "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if tag == _TAG + "int" and text.isdecimal():
        return int(text[:20])
    return text
