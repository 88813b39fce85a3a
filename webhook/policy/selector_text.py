"""Label selectors as people write them for ``kubectl -l``: ``app=web,tier!=cache,env in (prod, test),!legacy``.

Source: the Kubernetes documentation of labels and selectors. A comma is "and"; ``!=`` and ``notin`` hold where the
label is absent too. The comparisons ``<`` and ``>`` are not known here.
"""

import re
from collections.abc import Iterator

from webhook.policy.label_selector import LabelSelector, Operator, Requirement

_KEY = r"(?P<key>(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)"
_VALUE = r"(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?)?"
_FORMS = tuple(
    re.compile(rf"\s*{form}\s*", re.ASCII)
    for form in (
        rf"{_KEY}\s*(?P<sign>==?|!=)\s*(?P<values>{_VALUE})",
        rf"{_KEY}\s+(?P<sign>in|notin)\s*\(\s*(?P<values>{_VALUE}(?:\s*,\s*{_VALUE})*)\s*\)",
        rf"(?P<sign>!?)\s*{_KEY}",
    )
)
_BETWEEN = re.compile(r",(?![^()]*\))")
_OPERATORS = {
    "=": Operator.IN,
    "==": Operator.IN,
    "in": Operator.IN,
    "!=": Operator.NOT_IN,
    "notin": Operator.NOT_IN,
    "": Operator.EXISTS,
    "!": Operator.DOES_NOT_EXIST,
}


class InvalidSelector(ValueError):
    """Raised for what is no selector. Its message tells which of its parts, by number, and repeats nothing."""


def parse_selector(text: str) -> LabelSelector:
    """Read a selector. An empty one selects everything. Raises InvalidSelector."""
    return LabelSelector(match_expressions=tuple(_requirements(text)))


def _requirements(text: str) -> Iterator[Requirement]:
    if not text.strip():
        return
    for number, part in enumerate(_BETWEEN.split(text), start=1):
        match = next(filter(None, (form.fullmatch(part) for form in _FORMS)), None)
        if match is None:
            raise InvalidSelector(
                f"not a label selector (requirement {number}); "
                "write it like app=web,tier!=cache,env in (prod,test),!old",
            )
        values = match.groupdict().get("values")
        given = None if values is None else tuple(value.strip() for value in values.split(","))
        yield Requirement(match["key"], _OPERATORS[match["sign"]], given)
