"""Tell whether the ECI pods of a cluster are ready for a Kubernetes version.

exit codes:
  0 ready   1 the tool failed   2 usage   3 not ready
  4 unknown: something is missing or could not be judged
  5 ready, but no upgrade window is open (with --require-window)
  of several clusters: 3 if one is not ready, else 4 if one is unknown or was
  not read; 1 if none was read

try:
  eci-upgrade-guard report --target next
  eci-upgrade-guard report --target 1.26 --watch
  kubectl get po -A -o json | eci-upgrade-guard report --from - --target 1.26
"""

import argparse
from datetime import UTC, datetime

from webhook.cli.again import again_by_list, again_live, recreate_live
from webhook.cli.cluster_options import CLUSTER_FLAGS, add_clusters_options, chosen_clusters, the_only_cluster
from webhook.cli.durations import duration
from webhook.cli.ending import add_require_window, ending, prove_policy_for_window
from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.format_options import TABLES, add_format_options, chosen_show
from webhook.cli.policy_option import Aim, add_policy_options, chosen_aim
from webhook.cli.streams import read_input, write_output
from webhook.cli.terminal import for_people
from webhook.inventory.inventory import Inventory
from webhook.inventory.pod_list import NotAPodList, read_pod_list
from webhook.inventory.surroundings import NOT_EXAMINED, Surroundings
from webhook.policy.evidence import EvidenceRules
from webhook.policy.policy import Policy
from webhook.readiness.making import make_report
from webhook.readiness.rendering import Format, Occasion, render

_EVERY = 2.0
_PACES = range(1, 3601)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "--from",
        dest="source",
        metavar="FILE",
        help="a pod list as `kubectl get pods -A -o json` writes it; - is standard input (default: the live cluster)",
    )
    add_clusters_options(parser, "the kubeconfig's context; repeat it for one report over several clusters")
    parser.add_argument("-n", "--namespace", metavar="NAME", help="of the live cluster look at this namespace alone")
    add_policy_options(parser, with_next=True)
    add_require_window(parser)
    add_format_options(parser)
    parser.add_argument(
        "--watch",
        metavar="SECONDS",
        nargs="?",
        type=_seconds,
        const=_EVERY,
        help=f"draw it anew as pods are recreated, until Ctrl-C (every {_EVERY:.0f} s; no terminal: a line a change)",
    )
    parser.add_argument(
        "--wait", metavar="TIME", type=duration, help="end --watch once ready, or after 90s, 30m, 1h30m"
    )


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    aim = chosen_aim(args)
    _agree(args, aim)
    if args.watch is not None:
        from webhook.cli.watching import watch  # noqa: PLC0415 -- the client takes half a second to load

        return watch(args, the_only_cluster(args, "--watch is of one cluster"), aim)
    if len(chosen_clusters(args)) > 1:
        from webhook.cli.several import report_several  # noqa: PLC0415 -- as above

        return report_several(args, aim)
    inventory, surroundings, policy = _look(args, aim)
    now, chosen = datetime.now(UTC), Format(args.output)
    show = chosen_show(args)
    report = make_report(inventory, policy, target=policy.target, now=now, show=show, surroundings=surroundings)
    occasion = Occasion(
        now=now,
        heard_at=inventory.taken_at,
        again=again_by_list(args) if args.source else again_live(args, args.context),
        recreate="" if args.source else recreate_live(args, *(args.context or [None])),
        headers=not args.no_headers,
    )
    rendered = render(report, chosen, occasion)
    if chosen in TABLES and occasion.headers:
        rendered = for_people(rendered.decode(), {report.summary: report.readiness}).encode()
    write_output(rendered)
    return ending(report.readiness, report.summary, report.window, args)


def _agree(args: argparse.Namespace, aim: Aim) -> None:
    """Raise CliError for options that exclude each other."""
    prove_policy_for_window(args)
    if args.source is not None:
        for flag in (*CLUSTER_FLAGS, "namespace", "watch"):
            if getattr(args, flag):
                raise CliError(ExitCode.USAGE, f"--{flag} and --from exclude each other")
        if aim.next:
            raise CliError(ExitCode.USAGE, "--target next and --from exclude each other: no list says what runs")
    if args.wait is not None and args.watch is None:
        raise CliError(ExitCode.USAGE, "--wait goes with --watch")
    if args.watch is not None and (args.output not in TABLES or args.no_headers):
        raise CliError(ExitCode.USAGE, "--watch goes with -o table and wide, and with their headers")


def _look(args: argparse.Namespace, aim: Aim) -> tuple[Inventory, Surroundings, Policy]:
    if args.source is not None:
        return read_inventory(args.source, aim.policy.evidence), NOT_EXAMINED, aim.policy
    from webhook.cli.live_cluster import list_cluster  # noqa: PLC0415 -- the client takes half a second to load

    (cluster,) = chosen_clusters(args)
    seen = list_cluster(cluster, aim, namespace=args.namespace or "")
    return seen.inventory, seen.surroundings, seen.policy


def read_inventory(path: str, rules: EvidenceRules) -> Inventory:
    """Read a pod list. Raises CliError."""
    given = read_input(path)
    try:
        return read_pod_list(given.data, rules, source=given.name, taken_at=given.taken_at)
    except NotAPodList as error:
        raise CliError(ExitCode.FAILED, f"{given.name}: {error}") from None


def _seconds(text: str) -> float:
    if not text.isdecimal() or int(text) not in _PACES:
        raise argparse.ArgumentTypeError("not a number of seconds from 1 to 3600")
    return float(text)
