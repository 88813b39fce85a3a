"""``Status``, with which an API server refuses."""

from collections.abc import Mapping
from typing import Any

import msgspec

_REASONS = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    406: "NotAcceptable",
    410: "Expired",
    429: "TooManyRequests",
    500: "InternalError",
    503: "ServiceUnavailable",
    504: "Timeout",
}


class Expired(Exception):
    """Raised where a revision is asked for that was forgotten. Says what a real server says."""


class Refused(Exception):
    """Raised where a request is answered with a Status."""

    def __init__(self, code: int, message: str, *, continue_token: str = "", details: object = None) -> None:
        super().__init__(message)
        self.code = code
        self.body = msgspec.json.encode(status_of(code, message, continue_token=continue_token, details=details))


def status_of(code: int, message: str, *, continue_token: str = "", details: object = None) -> Mapping[str, Any]:
    """Return a failure."""
    found: dict[str, Any] = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {"continue": continue_token} if continue_token else {},
        "status": "Failure",
        "message": message,
        "reason": _REASONS.get(code, ""),
        "code": code,
    }
    return found if details is None else {**found, "details": details}
