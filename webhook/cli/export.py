"""Write what the API server is to be told, made from a policy.

  webhook-configuration        when it is to call the guard
                               (a ValidatingWebhookConfiguration)
  validating-admission-policy  what it can hold itself of the rules for new pods
                               and workloads, also while the guard is away
                               (from Kubernetes 1.30 on)

Apply it again whenever the policy names other kinds, patterns or modes, for
the two must not drift apart. A running guard says which kinds nobody sends.

exit codes:
  0 written   1 the tool failed, or it cannot be written so   2 usage

try:
  eci-upgrade-guard export webhook-configuration --policy policy.yaml
  eci-upgrade-guard export validating-admission-policy --policy policy.yaml
"""

import argparse
import shlex
from collections.abc import Callable

from webhook.admission.in_cel import manifest
from webhook.admission.in_cel.admission_policy import TooLarge
from webhook.admission.in_cel.rules import NotInCel, admission_policies
from webhook.admission.in_cel.timeless import DependsOnTime, timeless
from webhook.admission.registration.configuration import NAME, Service, written
from webhook.admission.registration.entries import MATCH_CONDITIONS, entries_for
from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.instants import instant
from webhook.cli.policy_option import load_policy
from webhook.cli.streams import write_output
from webhook.policy.kubernetes_version import InvalidVersion, KubernetesVersion

_OPTIONS = {
    "webhook-configuration": ("kubernetes", "service", "fail_closed", "bindings"),
    "validating-admission-policy": ("at",),
}
"""What each takes beside --policy and --namespace."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.usage = f"{parser.prog} WHAT --policy FILE [options]"
    parser.add_argument("what", metavar="WHAT", choices=tuple(_OPTIONS), help="one of the two above, as commented YAML")
    parser.add_argument("--policy", metavar="FILE", required=True, help="the policy document")
    parser.add_argument("--namespace", metavar="NAME", default=NAME, help=f"the guard's own (default: {NAME})")
    webhook = parser.add_argument_group("of webhook-configuration")
    webhook.add_argument(
        "--kubernetes",
        metavar="VERSION",
        help=f"what the API server runs: from {MATCH_CONDITIONS} on it gets match conditions, which keep calls away "
        "(default: any version, so without)",
    )
    webhook.add_argument("--service", metavar="NAME", help=f"the guard's Service (default: {NAME})")
    webhook.add_argument(
        "--fail-closed",
        action="store_true",
        help="refuse upgrades that a person asks for while the guard is away (default: they go on without it)",
    )
    webhook.add_argument(
        "--bindings",
        action="store_true",
        help=f"have bindings sent before {MATCH_CONDITIONS} too, where those to ordinary nodes come as well",
    )
    rules = parser.add_argument_group("of validating-admission-policy")
    rules.add_argument(
        "--at",
        metavar="TIME",
        type=instant,
        help="as of this instant, like 2026-12-31T00:00:00Z: needed where the policy depends on time, which an API "
        "server's policy cannot",
    )


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    _refuse_others(args)
    writers: dict[str, Callable[[argparse.Namespace], str]] = {
        "webhook-configuration": _webhook_configuration,
        "validating-admission-policy": _validating_admission_policy,
    }
    write_output(writers[args.what](args))
    return ExitCode.OK


def _refuse_others(args: argparse.Namespace) -> None:
    for what, options in _OPTIONS.items():
        given = [option for option in options if getattr(args, option)]
        if what != args.what and given:
            raise CliError(ExitCode.USAGE, f"--{_flag(given[0])} goes with {what} alone")


def _webhook_configuration(args: argparse.Namespace) -> str:
    entries = entries_for(
        load_policy(args.policy),
        _version(args.kubernetes),
        bindings=args.bindings,
        fail_closed=args.fail_closed,
    )
    if not entries:
        raise CliError(ExitCode.FAILED, f"by {args.policy} nothing is judged at any time: every mode is Off")
    return written(entries, Service(namespace=args.namespace, name=args.service or NAME), made_by=_again(args))


def _validating_admission_policy(args: argparse.Namespace) -> str:
    policy = load_policy(args.policy)
    try:
        frozen = timeless(policy, args.at)
        policies = admission_policies(frozen)
    except DependsOnTime as error:
        fields = "".join(f"\n  {field}" for field in error.fields)
        raise CliError(
            ExitCode.FAILED,
            f"{args.policy} depends on time, and an API server's policy cannot: "
            f"freeze it with --at, and write it anew when that is over. It is by{fields}",
        ) from None
    except (NotInCel, TooLarge) as error:
        raise CliError(ExitCode.FAILED, f"{args.policy}: {error}") from None
    if not policies:
        raise CliError(ExitCode.FAILED, f"by {args.policy} no pods or workloads are judged: their modes are Off")
    return manifest.written(policies, frozen, namespace=args.namespace, at=args.at, made_by=_again(args))


def _version(text: str | None) -> KubernetesVersion | None:
    try:
        return None if text is None else KubernetesVersion.parse(text)
    except InvalidVersion as error:
        raise CliError(ExitCode.USAGE, f"--kubernetes is {error}") from None


def _again(args: argparse.Namespace) -> str:
    given = [("policy", args.policy), ("kubernetes", args.kubernetes)]
    given += [(flag, value) for flag in ("namespace", "service") if (value := getattr(args, flag)) not in (None, NAME)]
    given += [("at", manifest.as_text(args.at))] if args.at else []
    options = "".join(f" --{flag} {shlex.quote(value)}" for flag, value in given if value)
    flags = "".join(f" --{_flag(flag)}" for flag in ("fail_closed", "bindings") if getattr(args, flag))
    return f"eci-upgrade-guard export {args.what}{options}{flags}"


def _flag(name: str) -> str:
    return name.replace("_", "-")
