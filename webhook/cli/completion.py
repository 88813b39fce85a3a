"""Write what has a shell finish commands, flags, words and file names at TAB.

exit codes:
  0 written   2 usage

try:
  source <(eci-upgrade-guard completion bash)
  eci-upgrade-guard completion zsh > "${fpath[1]}/_eci-upgrade-guard"
  eci-upgrade-guard completion fish | source
"""

import argparse

from webhook.cli.arguments import CommandParser
from webhook.cli.commands import COMMANDS, parser_of
from webhook.cli.exit_codes import ExitCode
from webhook.cli.streams import write_output

_PROGRAM = "eci-upgrade-guard"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.usage = f"{parser.prog} bash|zsh|fish"
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="for which")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    import shtab  # noqa: PLC0415 -- no other command needs it

    whole = CommandParser(prog=_PROGRAM)
    commands = whole.add_subparsers()
    for name, what in COMMANDS.items():
        parser = parser_of(name, _PROGRAM)
        for action in parser.files:
            vars(action)["complete"] = shtab.FILE
        commands.add_parser(name, parents=[parser], help=what, add_help=False)
    write_output(shtab.complete(whole, args.shell) + "\n")
    return ExitCode.OK
