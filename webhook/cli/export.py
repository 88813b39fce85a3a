"""Write what the API server is to be told of the guard, made from a policy: the two must not drift apart.

Apply it again whenever the policy names other kinds, patterns or modes. A running guard says which kinds nobody sends.

exit codes:
  0 written   1 the tool failed   2 usage

try:
  eci-upgrade-guard export webhook-configuration --policy policy.yaml --kubernetes 1.30
"""

import argparse
import shlex

from webhook.admission.registration.configuration import NAME, Service, written
from webhook.admission.registration.entries import MATCH_CONDITIONS, entries_for
from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.policy_option import load_policy
from webhook.cli.streams import write_output
from webhook.policy.kubernetes_version import InvalidVersion, KubernetesVersion


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.usage = f"{parser.prog} webhook-configuration --policy FILE [options]"
    parser.add_argument(
        "what",
        metavar="webhook-configuration",
        choices=("webhook-configuration",),
        help="the ValidatingWebhookConfiguration, as YAML with comments",
    )
    parser.add_argument("--policy", metavar="FILE", required=True, help="the policy document")
    parser.add_argument(
        "--kubernetes",
        metavar="VERSION",
        help=f"what the API server runs: from {MATCH_CONDITIONS} on it gets match conditions, which keep calls away "
        "(default: any version, so without)",
    )
    parser.add_argument("--namespace", metavar="NAME", default=NAME, help=f"the guard's own (default: {NAME})")
    parser.add_argument("--service", metavar="NAME", default=NAME, help=f"the guard's Service (default: {NAME})")
    parser.add_argument(
        "--fail-closed",
        action="store_true",
        help="refuse upgrades that a person asks for while the guard is away (default: they go on without it)",
    )
    parser.add_argument(
        "--bindings",
        action="store_true",
        help=f"have bindings sent before {MATCH_CONDITIONS} too, where those to ordinary nodes come as well",
    )


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    entries = entries_for(
        load_policy(args.policy),
        _version(args.kubernetes),
        bindings=args.bindings,
        fail_closed=args.fail_closed,
    )
    if not entries:
        raise CliError(ExitCode.FAILED, f"by {args.policy} nothing is judged at any time: every mode is Off")
    service = Service(namespace=args.namespace, name=args.service)
    write_output(written(entries, service, made_by=_again(args)))
    return ExitCode.OK


def _version(text: str | None) -> KubernetesVersion | None:
    try:
        return None if text is None else KubernetesVersion.parse(text)
    except InvalidVersion as error:
        raise CliError(ExitCode.USAGE, f"--kubernetes is {error}") from None


def _again(args: argparse.Namespace) -> str:
    given = [("policy", args.policy), ("kubernetes", args.kubernetes)]
    given += [(flag, value) for flag in ("namespace", "service") if (value := getattr(args, flag)) != NAME]
    options = "".join(f" --{flag} {shlex.quote(value)}" for flag, value in given if value)
    flags = "".join(f" --{flag}" for flag in ("fail-closed", "bindings") if getattr(args, flag.replace("-", "_")))
    return f"eci-upgrade-guard export {args.what}{options}{flags}"
