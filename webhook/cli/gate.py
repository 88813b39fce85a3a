"""Run a command only if the ECI pods are ready for a Kubernetes version.

exit codes:
  the command's own where it was run: it takes this program's place, so
  signals and streams are its own. Where it was not, standard error says why:
  1 the tool failed   2 usage   3 not ready   4 unknown
  5 ready, but no upgrade window is open (with --require-window)

try:
  eci-upgrade-guard gate --target 1.26 --wait 30m -- terraform apply
"""

import argparse
import os
import shlex
import shutil
import signal
import sys
from contextlib import suppress
from typing import NoReturn

from webhook.cli.again import again_live
from webhook.cli.arguments import CommandParser
from webhook.cli.cluster_options import add_clusters_options, the_only_cluster
from webhook.cli.durations import duration
from webhook.cli.ending import add_require_window, is_go, prove_policy_for_window
from webhook.cli.exit_codes import BY_READINESS, CliError, ExitCode
from webhook.cli.policy_option import add_policy_options, chosen_aim
from webhook.cli.streams import write_error
from webhook.policy.plain_text import plain
from webhook.policy.verdict import Readiness
from webhook.readiness.remarks import hours, passed
from webhook.readiness.report import ReadinessReport

_MOST_OFFENDERS = 5
_OF_PYTHON = ("SIGPIPE", "SIGXFZ", "SIGXFSZ")
"""Signals that Python ignores, and what it starts would ignore with it."""


def add_options(parser: CommandParser) -> None:
    """Add the command's options."""
    add_clusters_options(parser, "the kubeconfig's context (default: its current one)")
    add_policy_options(parser, with_next=True)
    add_require_window(parser)
    parser.add_argument(
        "--wait",
        metavar="TIME",
        type=duration,
        help="wait so long until the cluster is ready, and a required window open, like 30m or 1h30m",
    )
    parser.take_command("command")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    prove_policy_for_window(args)
    aim = chosen_aim(args)
    cluster = the_only_cluster(args, "a gate is before one cluster")
    program = _program(args.command)
    from webhook.cli.live_cluster import list_cluster  # noqa: PLC0415 -- the client takes half a second to load
    from webhook.cli.waiting import judge, wait_for  # noqa: PLC0415 -- as above

    report = judge(list_cluster(cluster, aim, around=False)) if args.wait is None else wait_for(cluster, aim, args)
    if is_go(report.readiness, report.window, args):
        write_error("\n  ".join((report.summary, *passed(report))))
        _become(program, args.command)
    _say_why(report, args)
    return ExitCode.WINDOW_CLOSED if report.readiness is Readiness.READY else BY_READINESS[report.readiness]


def _program(command: list[str]) -> str:
    """Find the program before anything is asked or waited for. Raises CliError."""
    if os.name != "posix":
        raise CliError(ExitCode.FAILED, "gate needs a Unix system")
    if not command:
        raise CliError(ExitCode.USAGE, "the command to run is needed, behind -- (see eci-upgrade-guard gate --help)")
    program = shutil.which(command[0])
    if program is None:
        raise CliError(ExitCode.USAGE, f"there is no command {plain(command[0])} to run")
    return program


def _become(program: str, command: list[str]) -> NoReturn:
    """Put the command in this program's place. Raises CliError."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # one that is closed
            stream.flush()
    ignored = {one: signal.signal(one, signal.SIG_DFL) for one in signal.Signals if one.name in _OF_PYTHON}
    try:
        os.execv(program, command)  # noqa: S606 -- it is what the user asked for, and no shell reads it
    except OSError as error:
        for one, handler in ignored.items():
            signal.signal(one, handler)
        raise CliError(ExitCode.FAILED, f"{plain(command[0])} cannot be run: {error.strerror}") from None


def _say_why(report: ReadinessReport, args: argparse.Namespace) -> None:
    lines = [report.summary, *(f"  {line}" for line in passed(report))]
    offenders = [finding for finding in report.findings if finding.verdict.unfit]
    lines += [f"  {one.namespace}/{one.name}: {one.reason}, {one.evidence}" for one in offenders[:_MOST_OFFENDERS]]
    if len(offenders) > _MOST_OFFENDERS:
        lines.append(f"  ... and {len(offenders) - _MOST_OFFENDERS} more")
    if args.require_window and not report.window.open:
        lines += [f"  {line}" for line in hours(report.window)]
    lines += [f"  {gap}" for gap in report.source.incomplete_because]
    lines += [f"Not run: {plain(shlex.join(args.command))}", f"Next: {again_live(args, args.context)}"]
    write_error("\n".join(lines))
