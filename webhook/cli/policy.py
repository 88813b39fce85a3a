"""Check a policy document, for pipelines.

Everything that is wrong with it is named at once, by field and line.

exit codes:
  0 good   1 refused, or it cannot be read   2 usage

try:
  eci-upgrade-guard policy check policy.yaml
"""

import argparse

from webhook.cli.exit_codes import ExitCode
from webhook.cli.policy_option import load_policy
from webhook.cli.streams import write_output
from webhook.policy.plain_text import plain


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.usage = f"{parser.prog} check FILE"
    parser.add_argument(
        "what", metavar="check", choices=("check",), type=_check, help="tell whether the document is good"
    )
    parser.add_argument("file", metavar="FILE", help="the policy document; - is standard input")


def _check(given: str) -> str:
    if given != "check":
        raise argparse.ArgumentTypeError(f"{given!r} is not check: write policy check FILE")
    return given


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    policy = load_policy(args.file)
    write_output(f"{args.file} is good: policy {plain(policy.name)}, for Kubernetes {policy.target}\n")
    return ExitCode.OK
