"""Texts in an expression, read by the grammar of the language and not by the way in which we write them.

Source: the CEL specification, its syntax of strings in single quotes.
"""

import re

_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_STRING = re.compile(r"'((?:[^'\\\n\r]|\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|[abfnrtv\\'\"`?]))*)'")
_ESCAPE = re.compile(r"\\(?:u(....)|U(........)|x(..)|(.))")


def texts_in(expression: str) -> list[str]:
    """Return every text of an expression, its meaning."""
    return [_ESCAPE.sub(_meant, one[1]) for one in _STRING.finditer(expression)]


def without_texts(expression: str) -> str:
    """Return an expression with every text empty: what is left is what we wrote."""
    return _STRING.sub("''", expression)


def _meant(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2] or escape[3]
    return chr(int(code, 16)) if code else _ESCAPES.get(escape[4], escape[4])
