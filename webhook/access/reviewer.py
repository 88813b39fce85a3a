"""What the server needs of the cluster that calls us to tell who may do what, as a Protocol, and how it fails.

Implemented by ``webhook.cluster.reviews``, and by ``remembering_reviewer`` on top of any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

AUDIENCE = "eci-upgrade-guard"
"""Tokens are made for it: ``kubectl create token NAME --audience=eci-upgrade-guard``."""
API_SERVER: Sequence[str] = ()
"""Stands for the audience of the API server itself, whatever it is called there."""


@dataclass(frozen=True, slots=True)
class User:
    """Whose token it is, or who asks the API server.

    All of it is passed on when permission is asked for: an authorizer may look at any part.
    """

    name: str
    uid: str = ""
    groups: tuple[str, ...] = ()
    extra: tuple[tuple[str, tuple[str, ...]], ...] = ()


class CannotAsk(Exception):
    """Raised when the API server gave no answer: nobody is let in. One line, for the log, with nothing of a token."""

    def __init__(self, message: str, *, retry_after: float = 0) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds that the API server asks to be left alone."""


class TooMany(CannotAsk):
    """Raised instead of a question that would be one too many for the API server."""


class AccessReviewer(Protocol):
    """Tells who somebody is, and what they may do, in the cluster that calls us."""

    async def authenticate(self, token: str, audiences: Sequence[str]) -> User | None:
        """Return whose token it is if it is good for one of ``audiences``, else None. Raises CannotAsk.

        ``API_SERVER`` in their place takes a token that is good for the API server.
        """

    async def may(self, user: User, verb: str, path: str) -> bool:
        """Tell whether ``user`` has the right to a path that is no resource. Raises CannotAsk."""

    async def may_override(self, user: User) -> bool:
        """Tell whether ``user`` may override what the guard says of an upgrade. Raises CannotAsk."""
