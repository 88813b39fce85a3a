"""A warning that comes back with every request, said once a minute."""

import logging
import time
from collections.abc import Callable

from webhook.policy.plain_text import plain
from webhook.server.folding import Folding
from webhook.server.json_log import say


class OnceAMinute:
    """Logs one event, by its reasons."""

    def __init__(self, event: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._event = event
        self._monotonic = monotonic
        self._folding: Folding[str] = Folding()

    def warn(self, why: str) -> None:
        """Log why it happened, however often that is, and how often it was repeated once the minute is over."""
        now = self._monotonic()
        for told, repeats in self._folding.over(now):
            say(logging.WARNING, self._event, why=plain(told), repeated=repeats)
        if self._folding.is_news(why, now):
            say(logging.WARNING, self._event, why=plain(why))
