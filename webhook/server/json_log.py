"""Structured logs: one JSON object a line on standard error, written by a thread, so that a slow pipe blocks nobody."""

import contextlib
import logging
import queue
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener

import msgspec

from webhook.error_place import ErrorPlace
from webhook.policy.plain_text import plain
from webhook.server.folding import Folding

_MAX_WAITING = 10_000
"""Lines. What does not fit is dropped: answering is worth more than logging."""

_LONGEST_EVENT = 1000
"""Characters. Ours are words; libraries may quote somebody."""

logger = logging.getLogger("eci-upgrade-guard")


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = getattr(record, "fields", {})
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"time": at, "level": record.levelname.lower(), "event": _event(record), **fields}
        if record.exc_info and record.exc_info[1]:
            line |= ErrorPlace.of(record.exc_info[1])._asdict()
        return msgspec.json.encode(line).decode()


def _event(record: logging.LogRecord) -> str:
    return plain(record.getMessage().strip(), _LONGEST_EVENT)


class _DroppingQueueHandler(QueueHandler):
    """Folds what libraries warn of: anybody who sends junk can make them, and would drive out what we say."""

    def __init__(self, waiting: "queue.Queue[logging.LogRecord]") -> None:
        super().__init__(waiting)
        self._folding: Folding[tuple[int, str, ErrorPlace | None]] = Folding()

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == logger.name or self._is_news(record):
            super().emit(record)

    def _is_news(self, record: logging.LogRecord) -> bool:
        now = time.monotonic()
        for (level, event, _), repeats in self._folding.over(now):
            say(level, event, repeated=repeats)
        place = ErrorPlace.of(record.exc_info[1]) if record.exc_info and record.exc_info[1] else None
        return self._folding.is_news((record.levelno, _event(record), place), now)

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        return record  # formatting belongs to the writing thread

    def enqueue(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(queue.Full):
            self.queue.put_nowait(record)


@contextlib.contextmanager
def json_logs(level: int) -> Iterator[None]:
    """Write the program's log, and warnings of the libraries under it, until the block ends."""
    writer = logging.StreamHandler()
    writer.setFormatter(_JsonFormatter())
    waiting: queue.Queue[logging.LogRecord] = queue.Queue(_MAX_WAITING)
    handler = _DroppingQueueHandler(waiting)
    listener = QueueListener(waiting, writer)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logger.setLevel(level)
    listener.start()
    try:
        yield
    finally:
        root.removeHandler(handler)
        listener.stop()


def say(level: int, event: str, /, **fields: object) -> None:
    """Log an event with its fields. Texts from outside must be ``plain`` already."""
    logger.log(level, event, extra={"fields": fields})
