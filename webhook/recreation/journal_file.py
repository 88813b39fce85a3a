"""The journal as a file of JSON lines, and reading it after whatever ended the run that wrote it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import msgspec

from webhook.recreation.journal import Line


class BadJournal(Exception):
    """Raised when a file is no journal. Its message names the line."""


class JournalUnwritable(Exception):
    """Raised when it cannot be opened or written. Its message is why."""


class JournalInUse(Exception):
    """Raised when another run writes it."""


class JournalFile:
    """A file that is appended to, and flushed to the disk with each write, by one run at a time.

    Manifests of bare pods are in it, and secrets may be in these: only its owner may read it. The lock ends with the
    process that holds it, whatever ends that.
    """

    def __init__(self, path: Path) -> None:
        """Open it. Raises JournalUnwritable, and JournalInUse."""
        with _unwritable():
            self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(self._file)
                raise JournalInUse from None
            os.fchmod(self._file, 0o600)  # of one that was there, too
            _cut_torn_line(self._file)
            _sync_folder(path)

    def write(self, *lines: Line) -> None:
        """Append lines. Raises JournalUnwritable, and then keeps no half of them."""
        left = memoryview(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
        with _unwritable():
            before = os.fstat(self._file).st_size
            try:
                while left:
                    left = left[os.write(self._file, left) :]
                os.fsync(self._file)
            except OSError:
                os.ftruncate(self._file, before)
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)


def read_journal(path: Path) -> tuple[Line, ...]:
    """Read what earlier runs wrote; nothing where there is no file. Raises OSError, and BadJournal.

    A last line that a kill cut is left out: what it was to announce was not done.
    """
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return ()
    read = []
    for number, line in enumerate(lines, start=1):
        try:
            read.append(msgspec.json.decode(line, type=Line))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise BadJournal(f"line {number} of the journal cannot be read: {error}") from error
    return tuple(read)


@contextmanager
def _unwritable() -> Iterator[None]:
    """Tell the disk's errors from those of whoever writes: a run is done inside of this file."""
    try:
        yield
    except OSError as error:
        raise JournalUnwritable(error.strerror) from error


def _cut_torn_line(file: int) -> None:
    """Cut off what comes behind the last end of a line, or the next line would be lost with it."""
    size = end = os.fstat(file).st_size
    while end and b"\n" not in (block := os.pread(file, end - max(0, end - 4096), max(0, end - 4096))):
        end = max(0, end - 4096)
    if end:
        end = max(0, end - 4096) + block.rindex(b"\n") + 1
    if end < size:
        os.ftruncate(file, end)


def _sync_folder(path: Path) -> None:
    """Make the file's name as lasting as what will be in it."""
    folder = os.open(path.resolve().parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
