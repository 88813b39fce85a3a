"""What a command that asks for readiness ends with, and ``--require-window``, which asks for more than readiness."""

import argparse

from webhook.cli.exit_codes import BY_READINESS, CliError, ExitCode
from webhook.cli.streams import write_error
from webhook.policy.verdict import Readiness
from webhook.readiness.remarks import hours
from webhook.readiness.report import WindowState


def add_require_window(parser: argparse.ArgumentParser) -> None:
    """Add the option."""
    parser.add_argument(
        "--require-window",
        action="store_true",
        help="ask that an upgrade window of the policy is open, too: ready without one ends with 5",
    )


def prove_policy_for_window(args: argparse.Namespace) -> None:
    """Raise CliError where a window is required and nobody says which there are."""
    if args.require_window and args.policy is None:
        raise CliError(ExitCode.USAGE, "--require-window goes with --policy, which names the windows")


def is_go(readiness: Readiness, window: WindowState, args: argparse.Namespace) -> bool:
    """Whether all that was asked for is so."""
    return readiness is Readiness.READY and (window.open or not args.require_window)


def ending(readiness: Readiness, summary: str, window: WindowState, args: argparse.Namespace) -> ExitCode:
    """Return the exit code. What no exit code of readiness tells is said on standard error."""
    code = BY_READINESS[readiness]
    if code is ExitCode.UNKNOWN:
        write_error(summary)
    if code is ExitCode.OK and not is_go(readiness, window, args):
        write_error(f"ready, but: {'; '.join(hours(window))}")
        return ExitCode.WINDOW_CLOSED
    return code
