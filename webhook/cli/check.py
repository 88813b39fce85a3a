"""Tell what would be answered to manifests, AdmissionReviews or a Terraform plan, if they were applied now.

What asks for an upgrade is judged by the pods of the live cluster, or of a list (--from). All else needs no cluster.

exit codes:
  0 all allowed   1 the tool failed   2 usage   3 something denied, or a plan that would break pods
  4 something could not be read or judged

try:
  eci-upgrade-guard check -f deployment.yaml --target 1.26
  terraform show -json plan.out | eci-upgrade-guard check -f -
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from webhook.admission import messages
from webhook.admission.decision import Answer, Decision
from webhook.admission.engine import Engine
from webhook.admission.review import BadReview
from webhook.cli.checking import Checkable, checkables
from webhook.cli.cluster_options import CLUSTER_FLAGS, add_cluster_options, chosen_cluster
from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.manifests import read_objects
from webhook.cli.policy_option import NO_TARGET, Aim, add_policy_options, chosen_policy
from webhook.cli.report import read_inventory
from webhook.cli.streams import read_input, write_error, write_output
from webhook.inventory.inventory import Inventory
from webhook.inventory.known import FileInventory
from webhook.policy.plain_text import plain
from webhook.policy.policy import Policy
from webhook.policy.upgrades.reasons import UpgradeReason
from webhook.policy.upgrades.terraform import KINDS

_NOT_JUDGED = "not judged"
_UNREADABLE = "unreadable"
_NOT_KNOWN = (UpgradeReason.READINESS_UNKNOWN, UpgradeReason.VERSION_UNKNOWN)


class Checked(Struct, frozen=True):
    """One object, and what would be answered. Texts are safe to show."""

    object: str
    answer: str
    """One of admission's answers, "not judged" or "unreadable"."""
    reason: str | None = None
    messages: tuple[str, ...] = ()
    code: ExitCode = ExitCode.OK
    """What it alone would end with."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("-f", "--file", metavar="FILE", required=True, help="YAML or JSON; - is standard input")
    parser.add_argument("--from", dest="source", metavar="FILE", help="a pod list, instead of the live cluster")
    add_cluster_options(parser)
    add_policy_options(parser)
    parser.add_argument("-o", "--output", choices=("table", "json"), default="table", help="the format")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    _agree(args)
    given = read_input(args.file)
    objects = read_objects(given)
    policy = chosen_policy(args, otherwise_any=True)
    kinds = replace(policy.upgrade_kinds, added=(*policy.upgrade_kinds.added, *KINDS))
    found = list(checkables(objects, kinds))
    if not objects:
        raise CliError(ExitCode.FAILED, f"{given.name}: there is no object in it, so nothing was checked")
    if any(one.request and not one.asks_for_upgrade for one in found):
        policy = chosen_policy(args)  # these are judged for a target, so there has to be one
    policy = replace(policy, upgrade_kinds=kinds)
    engine = Engine(policy, _inventory(args, policy, found), lambda: datetime.now(UTC))
    checked = [_check(one, engine) for one in found]
    write_output(_json(checked, policy) if args.output == "json" else _table(checked, policy))
    if unreadable := sum(one.answer == _UNREADABLE for one in checked):
        write_error(f"{given.name}: {unreadable} of {len(checked)} objects could not be read")
    codes = {one.code for one in checked}
    return ExitCode.NOT_READY if ExitCode.NOT_READY in codes else max(codes, default=ExitCode.OK)


def _agree(args: argparse.Namespace) -> None:
    """Raise CliError for options that exclude each other."""
    for flag in CLUSTER_FLAGS:
        if args.source and getattr(args, flag):
            raise CliError(ExitCode.USAGE, f"--{flag} and --from exclude each other")
    if args.source == args.file == "-":
        raise CliError(ExitCode.USAGE, "-f and --from cannot both be standard input")


def _inventory(args: argparse.Namespace, policy: Policy, found: Sequence[Checkable]) -> FileInventory:
    """Return the pods that decide, where any do. Raises CliError."""
    if args.source is not None:
        known = read_inventory(args.source, policy.evidence)
    elif any(one.asks_for_upgrade for one in found):
        from webhook.cli.live_cluster import list_cluster  # noqa: PLC0415 -- the client takes half a second to load

        known = list_cluster(chosen_cluster(args), Aim(policy), around=False).inventory
    else:
        known = Inventory(source="", taken_at=None, pods=(), examined=0)
    return FileInventory(known, policy)


def _check(one: Checkable, engine: Engine) -> Checked:
    if one.problem:
        return Checked(one.name, _UNREADABLE, messages=(one.problem,), code=ExitCode.UNKNOWN)
    if one.request is None:
        return Checked(one.name, _NOT_JUDGED)
    try:
        decision = engine.decide(one.request)
    except BadReview as error:
        return Checked(one.name, _UNREADABLE, messages=(str(error),), code=ExitCode.UNKNOWN)
    objection = decision.objection
    if objection is None:
        return Checked(one.name, decision.answer)
    said = messages.in_full(decision, engine.policy)
    code = _planned_code(decision) if one.planned else ExitCode.OK
    if decision.answer is Answer.DENIED and code is ExitCode.OK:
        code = ExitCode.NOT_READY
    return Checked(one.name, decision.answer, objection.reason.code, said, code)


def _planned_code(decision: Decision) -> ExitCode:
    """Return what a plan ends with by what was found: no mode of a webhook makes it break fewer pods."""
    match decision.objection and decision.objection.reason:
        case UpgradeReason.PODS_UNFIT:
            return ExitCode.NOT_READY
        case reason if reason in _NOT_KNOWN:
            return ExitCode.UNKNOWN
        case _:
            return ExitCode.OK


def _json(checked: list[Checked], policy: Policy) -> bytes:
    rows = [{name: value for name, value in msgspec.to_builtins(one).items() if name != "code"} for one in checked]
    target = None if policy.target == NO_TARGET else str(policy.target)
    encoded = msgspec.json.encode({"target": target, "checked": rows})
    return msgspec.json.format(encoded, indent=2) + b"\n"


def _table(checked: list[Checked], policy: Policy) -> str:
    if not checked:
        return "The plan changes no cluster.\n"
    width = max(len(one.answer) for one in checked)
    against = "" if policy.target == NO_TARGET else f" against Kubernetes {policy.target}"
    lines = [f"Checked{against}, policy {plain(policy.name)}:"]
    for one in checked:
        lines.append(f"{one.answer.ljust(width)}   {one.object}")
        lines += [f"{' ' * width}   {line}" for message in one.messages for line in message.splitlines()]
    return "\n".join(lines) + "\n"
