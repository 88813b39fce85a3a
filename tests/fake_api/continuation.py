"""The token between a page of a list and the next. Clients may not look inside; a real one is much like it."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec

from .statuses import Refused


class Continuation(msgspec.Struct, frozen=True):
    """Where a list goes on."""

    rv: int
    """The revision of the first page. -1 stands for the newest: such a list goes on, but is not consistent."""
    start: str

    def encode(self) -> str:
        """Return the token."""
        return urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")

    @property
    def revision(self) -> int | None:
        """The revision to read at; None for the newest."""
        return None if self.rv < 0 else self.rv

    @property
    def expired(self) -> Refused:
        """What a real server answers where the revision is forgotten: with the way on that is not consistent."""
        return Refused(
            410,
            "The provided continue parameter is too old to display a consistent list result. You can start a new list "
            "without the continue parameter, or use the continue token in this response to retrieve the remainder of "
            "the results. Continuing with the provided token results in an inconsistent list - objects that were "
            "created, modified, or deleted between the time the first chunk was returned and now may show up in the "
            "list.",
            continue_token=Continuation(-1, self.start).encode(),
        )


def continuation_of(token: str) -> Continuation:
    """Read a token."""
    try:
        return msgspec.json.decode(urlsafe_b64decode(token + "=" * (-len(token) % 4)), type=Continuation)
    except (binascii.Error, ValueError) as error:
        raise Refused(400, f"continue key is not valid: {error}") from error
