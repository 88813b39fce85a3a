"""The token that a request carries: as ``Bearer``, or as the password of ``Basic``, which every browser can send."""

import base64
import binascii
import re
from collections.abc import Iterable

MAX_TOKEN = 8 * 1024
"""Bytes. A service account's has about one thousand, and one that names many groups some thousands."""
_MAX_VALUE = 2 * MAX_TOKEN
"""Of the header: room for a token in base64 with a user name before it."""
_BLANKS = b" \t"
_VISIBLE = re.compile(rb"[!-~]{1,%d}" % MAX_TOKEN)


def presented_token(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """Return the token; None where there is none that anybody could have been given. Names of headers are lower-case.

    More than one Authorization header is none: two readers might take two different ones.
    """
    values = [value for name, value in headers if name == b"authorization"]
    if len(values) != 1 or len(values[0]) > _MAX_VALUE:
        return None
    scheme, _, credentials = values[0].strip(_BLANKS).partition(b" ")
    match scheme.lower():
        case b"bearer":
            token = credentials.strip(_BLANKS)
        case b"basic":
            token = _password(credentials.strip(_BLANKS))
        case _:
            return None
    return token.decode("ascii") if _VISIBLE.fullmatch(token) else None


def _password(credentials: bytes) -> bytes:
    try:
        _user, _, password = base64.b64decode(credentials, validate=True).partition(b":")
    except binascii.Error:
        return b""
    return password
