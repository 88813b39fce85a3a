"""Arguments of a command: argparse, with errors of one line and the nearest right word."""

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

from webhook.cli.exit_codes import CliError, ExitCode
from webhook.policy.nearest import nearest


class CommandParser(argparse.ArgumentParser):
    """Raises CliError where argparse would print its usage and exit."""

    def __init__(self, **settings: Any) -> None:
        self._flags: list[str] = []
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, **settings)

    def add_argument(self, *names: str, **settings: Any) -> argparse.Action:
        """Remember the flags, to know what a mistyped one is near to."""
        self._flags += [name for name in names if name.startswith("--")]
        return super().add_argument(*names, **settings)

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Read the arguments. Raises CliError."""
        parsed, unknown = self.parse_known_args(arguments)
        if unknown:
            self.error(f"there is no {unknown[0]}{nearest(unknown[0], self._flags)}")
        return parsed

    def error(self, message: str) -> NoReturn:
        """Raise CliError."""
        raise CliError(ExitCode.USAGE, f"{message} (see {self.prog} --help)")
