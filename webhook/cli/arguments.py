"""Arguments of a command: argparse, with errors of one line and the nearest right word."""

import argparse
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from webhook.cli.exit_codes import CliError, ExitCode
from webhook.policy.nearest import nearest

_END = "--"


def _formatter(prog: str) -> argparse.HelpFormatter:
    """Leave room for most flags on the line of what they do: a screen is not high."""
    return argparse.RawDescriptionHelpFormatter(prog, max_help_position=31)


def _one_of(choices: Sequence[str]) -> Callable[[str], str]:
    def word(given: str) -> str:
        if given not in choices:
            raise argparse.ArgumentTypeError(f"{given!r} is none of {', '.join(choices)}{nearest(given, choices)}")
        return given

    return word


class CommandParser(argparse.ArgumentParser):
    """Raises CliError where argparse would print its usage and exit."""

    def __init__(self, **settings: Any) -> None:
        self.files: list[argparse.Action] = []
        """The arguments that name a file, for who completes them."""
        self._flags: list[str] = []
        self._command: str | None = None
        super().__init__(formatter_class=_formatter, allow_abbrev=False, **settings)

    def add_argument(self, *names: str, **settings: Any) -> argparse.Action:
        """Remember the flags, to know what a mistyped one is near to; and tell the nearest of a choice of words."""
        self._flags += [name for name in names if name.startswith("--")]
        if "choices" in settings:
            settings.setdefault("type", _one_of(settings["choices"]))
        action = super().add_argument(*names, **settings)
        if action.metavar == "FILE":
            self.files.append(action)
        return action

    def take_command(self, name: str) -> None:
        """Keep what stands behind ``--`` as it is, under this name: it is a command of somebody else's."""
        self._command = name
        self.usage = f"{self.prog} [options] -- COMMAND [ARGUMENT ...]"

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Read the arguments. Raises CliError."""
        ours, command = list(arguments), []
        if self._command is not None and _END in ours:
            end = ours.index(_END)  # argparse would lose a second one, in some versions of Python
            ours, command = ours[:end], ours[end + 1 :]
        parsed, unknown = self.parse_known_args(ours)
        if unknown and self._command is not None and not unknown[0].startswith("-"):
            self.error(f"the command to run stands behind --, like: -- {unknown[0]}")
        if unknown:
            self.error(f"there is no {unknown[0]}{nearest(unknown[0], self._flags)}")
        if self._command is not None:
            setattr(parsed, self._command, command)
        return parsed

    def error(self, message: str) -> NoReturn:
        """Raise CliError."""
        raise CliError(ExitCode.USAGE, f"{message} (see {self.prog} --help)")
