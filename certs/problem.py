"""What is not as it should be with the certificates: said when it comes, when it is another, and when it is gone."""

import logging

from certs.tell import Tell


class Problem:
    """Remembers it, so that what lasts is said once."""

    def __init__(self, tell: Tell) -> None:
        self.text = ""
        """What it is; "" where all is in order."""
        self._tell = tell

    def say(self, text: str) -> None:
        """Take note of what it is now, and log it if it is another than before."""
        if text == self.text:
            return
        self.text = text
        if text:
            self._tell(logging.WARNING, "certificates are not in order", why=text)
        else:
            self._tell(logging.INFO, "certificates are in order again")

    def say_fault(self, error: Exception) -> None:
        """Say that it is a fault of ours, and nothing of what that was about."""
        self.say(f"internal error: {type(error).__name__}")
