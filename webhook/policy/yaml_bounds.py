"""Bounds on YAML that are proven before anything is built from it.

libyaml composes recursively in C: 100,000 nested brackets end the process, and no exception can be caught then. A few
aliases of aliases grow into billions of nodes. Both show in the stream of events, which is flat.
"""

import yaml

MAX_DEPTH = 100
MAX_NODES = 1_000_000


class UnboundedYaml(ValueError):
    """Raised when a text nests too deeply or grows too large."""


def prove_bounded(text: str, *, max_nodes: int = MAX_NODES) -> None:
    """Raise UnboundedYaml, or yaml.YAMLError for what is no YAML."""
    open_sizes = [0]
    open_anchors: list[str | None] = [None]
    sizes: dict[str, int] = {}
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        match event:
            case yaml.CollectionStartEvent(anchor=anchor):
                open_sizes.append(1)
                open_anchors.append(anchor)
                if len(open_sizes) > MAX_DEPTH:
                    raise UnboundedYaml(f"nested more than {MAX_DEPTH} deep{_at(event)}")
            case yaml.CollectionEndEvent():
                size = open_sizes.pop()
                anchor = open_anchors.pop()
                open_sizes[-1] += size
                if anchor is not None:
                    sizes[anchor] = size
            case yaml.AliasEvent(anchor=anchor):
                if anchor in open_anchors:
                    raise UnboundedYaml(f"an alias that contains itself{_at(event)}")
                open_sizes[-1] += sizes.get(anchor or "", 1)
            case yaml.ScalarEvent():
                open_sizes[-1] += 1
        if open_sizes[-1] > max_nodes:
            raise UnboundedYaml(f"more than {max_nodes:,} nodes, aliases followed{_at(event)}")


def yaml_problem(error: yaml.MarkedYAMLError) -> str:
    """Say what libyaml found, and what is mostly behind the most cryptic of it."""
    problem = error.problem or "not YAML"
    hint = " (tabs do not indent; @ and ` need quotes)" if problem.endswith("cannot start any token") else ""
    return f"{problem}{hint}"


def _at(event: yaml.Event) -> str:
    return f" (line {event.start_mark.line + 1})" if event.start_mark else ""
