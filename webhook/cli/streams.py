"""What commands read and write: files, standard input, standard output."""

import contextlib
import errno
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, TextIO

from webhook.cli.exit_codes import CliError, ExitCode


class Input(NamedTuple):
    """What was read."""

    data: bytes
    name: str
    """For people: a file's name, or where else it came from."""
    taken_at: datetime | None
    """When a file was last written, in whole seconds; None where nobody knows."""


def read_input(path: str) -> Input:
    """Read a file, or standard input for ``-``. Raises CliError."""
    try:
        if path == "-":
            return Input(_opened(sys.stdin).buffer.read(), "standard input", None)
        file = Path(path)
        data = file.read_bytes()
        return Input(data, path, datetime.fromtimestamp(int(file.stat().st_mtime), UTC))
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        why = error.strerror if isinstance(error, OSError) else error
        raise CliError(ExitCode.FAILED, f"cannot read {path}: {why}") from None


def write_output(text: str | bytes) -> bool:
    """Write to standard output, in UTF-8. Raises CliError.

    A reader that went away (``| head``) is no error: returned is whether there still is one.
    """
    try:
        out = _opened(sys.stdout)
        out.buffer.write(text.encode() if isinstance(text, str) else text)
        out.buffer.flush()
    except OSError as error:
        if sys.stdout is not None:
            # Python flushes once more at exit, and would complain there.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise CliError(ExitCode.FAILED, f"cannot write to standard output: {error.strerror}") from None
        return False
    return True


def write_error(message: str) -> None:
    """Write a line to standard error, if there is one."""
    write_raw_error(f"eci-upgrade-guard: {message}\n")


def write_raw_error(text: str) -> None:
    """Write to standard error as it is, at once, if there is one."""
    with contextlib.suppress(OSError):
        error = _opened(sys.stderr)
        error.write(text)
        error.flush()


def _opened(stream: TextIO | None) -> TextIO:
    """Return a standard stream. Raises OSError for one that the caller closed, which Python makes None."""
    if stream is None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    return stream
