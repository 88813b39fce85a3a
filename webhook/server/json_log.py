"""Structured logs: one JSON object a line on standard error, written by a thread, so that a slow pipe blocks nobody."""

import contextlib
import logging
import queue
from collections.abc import Iterator
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener

import msgspec

from webhook.error_place import ErrorPlace

_MAX_WAITING = 10_000
"""Lines. What does not fit is dropped: answering is worth more than logging."""

logger = logging.getLogger("eci-upgrade-guard")


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = getattr(record, "fields", {})
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"time": at, "level": record.levelname.lower(), "event": record.getMessage().strip(), **fields}
        if record.exc_info and record.exc_info[1]:
            line |= ErrorPlace.of(record.exc_info[1])._asdict()
        return msgspec.json.encode(line).decode()


class _DroppingQueueHandler(QueueHandler):
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
