"""Where lines of the log go."""

from typing import Protocol


class Tell(Protocol):
    """Writes a line of the log. Implemented by webhook.server.json_log.say."""

    def __call__(self, level: int, event: str, /, **fields: object) -> None:
        """Log an event with its fields."""
