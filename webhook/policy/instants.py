"""Instants as people write them: 2026-12-31T00:00:00Z, 2026-12-31T01:00+01:00."""

from datetime import UTC, datetime


class InvalidInstant(ValueError):
    """Raised when a text is no instant. Its message does not repeat the text."""


def parse_instant(text: str) -> datetime:
    """Read an instant, and return it in UTC. Raises InvalidInstant, also where it does not say its time zone."""
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):  # OverflowError: the first or the last hours that Python knows
        pass
    raise InvalidInstant("an instant with a time zone is needed, like 2026-12-31T00:00:00Z")
