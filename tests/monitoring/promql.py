"""What a PromQL expression speaks of, by a real parser of the language."""

from collections.abc import Iterator
from dataclasses import dataclass

import promql_parser
from promql_parser import AggModifierType, AggregateExpr, BinaryExpr, Call, Expr, ParenExpr, VectorSelector

GRAFANA = {"$__rate_interval": "5m", "$namespace": ".*"}
"""What Grafana puts in before Prometheus sees an expression."""


@dataclass(frozen=True)
class Selector:
    """A metric, and what it is asked to be like."""

    metric: str
    matchers: tuple[promql_parser.Matcher, ...]


def parse(text: str) -> Expr:
    """Raises ValueError."""
    for variable, value in GRAFANA.items():
        text = text.replace(variable, value)
    return promql_parser.parse(text)


def selectors(expression: Expr) -> list[Selector]:
    """Every selector in an expression, however deep."""
    return [
        Selector(node.name or "", tuple(node.matchers.matchers))
        for node in _nodes(expression)
        if isinstance(node, VectorSelector)
    ]


def grouping_labels(expression: Expr) -> set[str]:
    """Every label that something is aggregated or matched by."""
    found: set[str] = set()
    for node in _nodes(expression):
        if isinstance(node, AggregateExpr) and node.modifier:
            found |= set(node.modifier.labels)
        if isinstance(node, BinaryExpr) and node.modifier and node.modifier.matching:
            found |= set(node.modifier.matching.labels)
    return found


def kept_labels(expression: Expr) -> set[str] | None:
    """The labels that a result can have; None for those of the series themselves."""
    match expression:
        case AggregateExpr(modifier=modifier) if modifier and modifier.type == AggModifierType.By:
            return set(modifier.labels)
        case AggregateExpr():
            return set()
        case ParenExpr(expr=inner):
            return kept_labels(inner)
        case BinaryExpr(lhs=left):
            return kept_labels(left)
        case Call(func=function, args=[_, inner]) if function.name == "histogram_quantile":
            kept = kept_labels(inner)
            return None if kept is None else kept - {"le"}
        case _:
            return None


def _nodes(expression: Expr) -> Iterator[Expr]:
    nodes: list[Expr] = []
    promql_parser.walk(expression, lambda node: nodes.append(node))  # noqa: PLW0108 -- only a function is taken
    yield from nodes
