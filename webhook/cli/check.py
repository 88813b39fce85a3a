"""Tell what would be answered to manifests, AdmissionReviews, Terraform plans.

What asks for an upgrade is judged by the pods of the live cluster, or of a list
(--from). All else needs no cluster.

exit codes:
  0 all allowed   1 the tool failed   2 usage
  3 something denied, or a plan that would break pods
  4 something could not be read or judged

try:
  eci-upgrade-guard check -f deployment.yaml --target 1.26
  terraform show -json plan.out | eci-upgrade-guard check -f -
"""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import msgspec

from webhook.cli.again import again_by_list, again_live
from webhook.cli.checkables import Checkable, checkables
from webhook.cli.checking import Checked, Judge, gravest
from webhook.cli.cluster_options import CLUSTER_FLAGS, add_cluster_options, chosen_cluster
from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.manifests import read_objects
from webhook.cli.policy_option import NO_TARGET, Aim, add_policy_options, chosen_policy
from webhook.cli.report import read_inventory
from webhook.cli.streams import Input, read_input, write_error, write_output
from webhook.inventory.inventory import Inventory
from webhook.policy.plain_text import plain
from webhook.policy.policy import Policy
from webhook.policy.upgrades.terraform import GROUP, kinds_of_plans
from webhook.policy.wording import number

_ARCHIVE = b"PK\x03\x04"
"""How a plan begins that Terraform keeps for itself."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "-f",
        "--file",
        metavar="FILE",
        required=True,
        help="YAML or JSON, or a plan as `terraform show -json` writes it; - is standard input",
    )
    parser.add_argument("--from", dest="source", metavar="FILE", help="a pod list, instead of the live cluster")
    add_cluster_options(parser)
    add_policy_options(parser)
    parser.add_argument("-o", "--output", choices=("table", "json"), default="table", help="the format")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    _agree(args)
    policy = chosen_policy(args, otherwise_any=True)
    given = read_input(args.file)
    objects = _objects(given)
    added = (*policy.upgrade_kinds.added, *kinds_of_plans(policy.this_cluster))
    policy = replace(policy, upgrade_kinds=replace(policy.upgrade_kinds, added=added))
    found = list(checkables(objects, policy.upgrade_kinds))
    if policy.target == NO_TARGET and any(map(_needs_target, found)):
        chosen_policy(args)  # which says that one is needed
    known = _inventory(args, policy, found)
    judge = Judge(policy, known)
    checked = [judge.check(one) for one in found]
    if args.output == "json":
        write_output(_json(checked, policy))
    else:
        write_output(_table(checked, first=_judged_by(found, known, policy), last=_next(checked, args)))
    if unknown := sum(one.code is ExitCode.UNKNOWN for one in checked):
        write_error(f"{given.name}: {unknown} of {number(len(checked), 'object')} could not be read or judged")
    return gravest(checked).code if checked else ExitCode.OK


def _agree(args: argparse.Namespace) -> None:
    """Raise CliError for options that exclude each other."""
    for flag in CLUSTER_FLAGS:
        if args.source is not None and getattr(args, flag):
            raise CliError(ExitCode.USAGE, f"--{flag} and --from exclude each other")
    piped = [
        flag for flag, path in (("-f", args.file), ("--from", args.source), ("--policy", args.policy)) if path == "-"
    ]
    if len(piped) > 1:
        raise CliError(ExitCode.USAGE, f"{' and '.join(piped)} cannot both be standard input")


def _objects(given: Input) -> Sequence[object]:
    """Return every object there is, at least one. Raises CliError."""
    if given.data.startswith(_ARCHIVE):
        raise CliError(
            ExitCode.FAILED, f"{given.name}: an archive; of a Terraform plan give what terraform show -json writes"
        )
    objects = read_objects(given)
    if not objects:
        raise CliError(ExitCode.FAILED, f"{given.name}: there is no object in it, so nothing was checked")
    return objects


def _needs_target(one: Checkable) -> bool:
    return one.request is not None and one.planned is None and not one.asks_for_upgrade


def _inventory(args: argparse.Namespace, policy: Policy, found: Sequence[Checkable]) -> Inventory:
    """Return the pods that decide, where any do. Raises CliError."""
    if args.source is not None:
        return read_inventory(args.source, policy.evidence)
    if any(one.asks_for_upgrade for one in found):
        from webhook.cli.live_cluster import list_cluster  # noqa: PLC0415 -- the client takes half a second to load

        return list_cluster(chosen_cluster(args), Aim(policy), around=False).inventory
    return Inventory(source="", taken_at=None, pods=(), examined=0)


def _json(checked: Sequence[Checked], policy: Policy) -> bytes:
    rows = [
        {"object": one.object, "answer": one.answer, "reason": one.reason, "messages": one.messages} for one in checked
    ]
    target = None if policy.target == NO_TARGET else str(policy.target)
    encoded = msgspec.json.encode({"target": target, "checked": rows})
    return msgspec.json.format(encoded, indent=2) + b"\n"


def _table(checked: Sequence[Checked], first: Iterable[str], last: Iterable[str]) -> str:
    width = max((len(one.answer) for one in checked), default=0)
    lines = [*first]
    for one in checked:
        lines.append(f"{one.answer.ljust(width)}   {one.object}")
        lines += [f"{' ' * width}   {line}" for message in one.messages for line in message.splitlines()]
    return "\n".join([*lines, *last]) + "\n"


def _judged_by(found: Sequence[Checkable], known: Inventory, policy: Policy) -> Iterator[str]:
    """Yield a line that says what decides, and where one list of pods decides for several clusters, that it does."""
    by = [f"against Kubernetes {policy.target}"] if any(map(_needs_target, found)) else []
    rising = [one for one in found if one.asks_for_upgrade]
    if rising:
        runs = f" (Kubernetes {plain(known.kubernetes_version, 63)})" if known.kubernetes_version else ""
        by.append(f"by the {number(len(known.pods), 'ECI pod')} of {known.source}{runs}")
    if any(one.planned is None for one in found) or rising:
        yield f"Checked {', '.join([*by, f'by policy {plain(policy.name)}'])}:"
    else:
        yield "The plan upgrades no cluster."
    if sum(one.planned is not None for one in rising) > 1 and all(
        claim.group != GROUP for claim in policy.this_cluster.objects
    ):
        yield (
            "The clusters of the plan are all judged by these pods. Claim the one that they are of under "
            f"thisCluster.objects of a policy: {{group: {GROUP}, name: ADDRESS}}."
        )


def _next(checked: Sequence[Checked], args: argparse.Namespace) -> Iterator[str]:
    """Yield the command that lists the pods, by the options that were given here."""
    targets = [one.target for one in checked if one.target and one.code is not ExitCode.OK]
    if targets:
        asked = argparse.Namespace(**{**vars(args), "target": str(max(targets))})
        yield "Next, in full:"
        yield f"  {again_live(asked, [args.context]) if args.source is None else again_by_list(asked)}"
