"""What commands read and write: files, standard input, standard output."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

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
            return Input(sys.stdin.buffer.read(), "standard input", None)
        file = Path(path)
        data = file.read_bytes()
        return Input(data, path, datetime.fromtimestamp(int(file.stat().st_mtime), UTC))
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        why = error.strerror if isinstance(error, OSError) else error
        raise CliError(ExitCode.FAILED, f"cannot read {path}: {why}") from None


def write_output(text: str | bytes) -> None:
    """Write to standard output, in UTF-8. A reader that went away (``| head``) is no error."""
    try:
        sys.stdout.buffer.write(text.encode() if isinstance(text, str) else text)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Python flushes once more at exit, and would complain there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_error(message: str) -> None:
    """Write to standard error."""
    print(f"eci-upgrade-guard: {message}", file=sys.stderr)  # noqa: T201 -- the one place that prints
