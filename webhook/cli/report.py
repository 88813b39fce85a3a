"""Tell whether the ECI pods of a cluster, or of a pod list, are ready for a Kubernetes version.

exit codes:
  0 ready   1 the tool failed   2 usage   3 not ready   4 unknown: something is missing or could not be judged

try:
  eci-upgrade-guard report --target 1.26
  kubectl get pods -A -o json | eci-upgrade-guard report --from - --target 1.26
"""

import argparse
import shlex
from datetime import UTC, datetime

from webhook.cli.cluster_options import CLUSTER_FLAGS, add_cluster_options
from webhook.cli.exit_codes import BY_READINESS, CliError, ExitCode
from webhook.cli.policy_option import add_policy_options, chosen_policy
from webhook.cli.streams import read_input, write_error, write_output
from webhook.inventory.inventory import Inventory
from webhook.inventory.pod_list import NotAPodList, read_pod_list
from webhook.inventory.surroundings import NOT_EXAMINED, Surroundings
from webhook.policy.evidence import EvidenceRules
from webhook.policy.policy import Policy
from webhook.readiness.making import Show, make_report
from webhook.readiness.rendering import Format, Occasion, render


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "--from",
        dest="source",
        metavar="FILE",
        help="a pod list as `kubectl get pods -A -o json` writes it; - is standard input (default: the live cluster)",
    )
    add_cluster_options(parser)
    parser.add_argument("-n", "--namespace", metavar="NAME", help="of the live cluster look at this namespace alone")
    add_policy_options(parser)
    parser.add_argument(
        "-o", "--output", choices=[one.value for one in Format], default="table", help="the format (default: table)"
    )
    parser.add_argument(
        "--show",
        choices=[show.value for show in Show],
        help="which pods to list: unfit (incompatible or unknown, the default of all formats but junit) or all",
    )
    parser.add_argument("--no-headers", action="store_true", help="of table, wide and csv print the rows alone")


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    policy = chosen_policy(args)
    inventory, surroundings = _look(args, policy)
    now, chosen = datetime.now(UTC), Format(args.output)
    show = Show(args.show or (Show.ALL if chosen is Format.JUNIT else Show.UNFIT))
    report = make_report(inventory, policy, target=policy.target, now=now, show=show, surroundings=surroundings)
    occasion = Occasion(now=now, heard_at=inventory.taken_at, again=_again(args), headers=not args.no_headers)
    write_output(render(report, chosen, occasion))
    code = BY_READINESS[report.readiness]
    if code is ExitCode.UNKNOWN:
        write_error(report.summary)
    return code


def _look(args: argparse.Namespace, policy: Policy) -> tuple[Inventory, Surroundings]:
    about_the_cluster = [name for name in (*CLUSTER_FLAGS, "namespace") if getattr(args, name)]
    if args.source is None:
        from webhook.cli.live_cluster import list_cluster  # noqa: PLC0415 -- the client takes half a second to load

        return list_cluster(args, policy)
    if about_the_cluster:
        raise CliError(ExitCode.USAGE, f"--{about_the_cluster[0]} and --from exclude each other")
    return read_inventory(args.source, policy.evidence), NOT_EXAMINED


def read_inventory(path: str, rules: EvidenceRules) -> Inventory:
    """Read a pod list. Raises CliError."""
    given = read_input(path)
    try:
        return read_pod_list(given.data, rules, source=given.name, taken_at=given.taken_at)
    except NotAPodList as error:
        raise CliError(ExitCode.FAILED, f"{given.name}: {error}") from None


def _again(args: argparse.Namespace) -> str:
    """Return the command that asks the cluster the same again."""
    policy = f" --policy {shlex.quote(args.policy)}" if args.policy else ""
    target = f" --target {shlex.quote(args.target)}" if args.target else ""
    if args.source is None:
        named = ((name, getattr(args, name)) for name in (*CLUSTER_FLAGS, "namespace"))
        where = "".join(f" --{name} {shlex.quote(value)}" for name, value in named if value)
        return f"eci-upgrade-guard report{where}{policy}{target}"
    return f"kubectl get pods -A -o json | eci-upgrade-guard report --from -{policy}{target}"
