"""The entry point: finds the command, runs it, turns every end into an exit code and at most a line."""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from webhook import __version__
from webhook.cli.arguments import CommandParser
from webhook.cli.commands import COMMANDS, module_of, parser_of
from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.streams import write_error
from webhook.error_place import ErrorPlace
from webhook.policy.nearest import nearest


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    try:
        return _run(arguments)
    except CliError as error:
        write_error(str(error))
        return error.code
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # noqa: BLE001 -- nobody is shown a traceback, which may hold what was read
        place = ErrorPlace.of(error)
        write_error(f"internal error: {place.error} at {place.at}")
        return ExitCode.FAILED


def _run(arguments: list[str]) -> int:
    program = "kubectl eci-upgrade" if Path(sys.argv[0]).name.startswith("kubectl-") else "eci-upgrade-guard"
    if arguments and arguments[0] in COMMANDS:
        if arguments[0] == "serve":
            # Loading takes most of a second, and the first process of a container is ended by no signal unless it asks.
            # Until it serves there is nothing to finish; an exception raised here could be lost in a callback.
            signal.signal(signal.SIGTERM, lambda *_: os._exit(ExitCode.OK))
        parsed = parser_of(arguments[0], program).parse(arguments[1:])
        code: int = module_of(arguments[0]).run(parsed)
        return code
    listing = "\n".join(f"  {name:<11}{what}" for name, what in COMMANDS.items())
    parser = CommandParser(
        prog=program,
        usage=f"{program} [-h] [--version] COMMAND ...",
        description=f"Guards the upgrade of a Kubernetes cluster that runs ECI pods.\n\ncommands:\n{listing}",
        epilog=f"try:\n  kubectl get pods -A -o json | {program} report --from - --target 1.26",
    )
    parser.add_argument("--version", action="version", version=f"eci-upgrade-guard {__version__}")
    _, rest = parser.parse_known_args(arguments)
    if not rest:
        parser.error(f"a command is needed: {', '.join(COMMANDS)}")
    return parser.error(f"there is no command {rest[0]}{nearest(rest[0], COMMANDS)}")
