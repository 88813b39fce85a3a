"""Patterns of a policy, run by RE2: in time linear in the text, whatever the pattern says."""

from collections.abc import Iterable
from functools import lru_cache

import re2

_LONGEST_NAME = 253
"""Characters, by the rules of Kubernetes."""


class InvalidPattern(ValueError):
    """Raised when a pattern is none that RE2 can run (look-around and back-references among them)."""


class Patterns:
    """A set of patterns; a text matches where any of them is found in it."""

    __slots__ = ("_remembered", "_search", "texts")

    def __init__(self, patterns: Iterable[str]) -> None:
        self.texts = tuple(patterns)
        compiled = [compile_pattern(pattern) for pattern in self.texts]

        def search(text: str) -> bool:
            return any(pattern.search(text) is not None for pattern in compiled)

        self._search = search
        # The same few node names come back for every pod. Bounded, because a forged request may name any node.
        self._remembered = lru_cache(maxsize=4096)(search)

    def matches(self, text: str) -> bool:
        """Tell whether a pattern is found in ``text``; one that is too long to be a name is not remembered."""
        return (self._remembered if len(text) <= _LONGEST_NAME else self._search)(text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Patterns) and self.texts == other.texts

    def __hash__(self) -> int:
        return hash(self.texts)


def compile_pattern(pattern: str) -> "re2._Regexp":
    """Compile one pattern. Raises InvalidPattern with RE2's own words."""
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        words = error.args[0]
        raise InvalidPattern(words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)) from None
