"""Make the pods anew that a Kubernetes version could not run; break no budget.

exit codes, by what is found at the end within -n, -l and --workload:
  0 ready: no pod has to be made anew   1 the tool failed   2 usage
  3 not ready: pods have to be made anew still
  4 unknown: a pod could not be judged or read
  5 not begun, because no window of the policy is open

try:
  eci-upgrade-guard recreate --target 1.26 --dry-run
  eci-upgrade-guard recreate --target 1.26 -n shop --workload Deployment/web
"""

import argparse
from pathlib import Path

import msgspec

from webhook.cli.cluster_options import add_cluster_options, chosen_cluster
from webhook.cli.durations import duration
from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.policy_option import add_policy_options, chosen_aim
from webhook.cli.streams import write_error, write_output
from webhook.policy.label_selector import LabelSelector
from webhook.policy.plain_text import plain
from webhook.policy.selector_text import InvalidSelector, parse_selector
from webhook.policy.wording import number
from webhook.recreation.bare_pods import Bare
from webhook.recreation.plan import Plan
from webhook.recreation.planning import Planned, Sight, Wishes
from webhook.recreation.scope import NamedWorkload, Scope
from webhook.recreation.showing import plan_json, plan_table
from webhook.recreation.ways import Preference

_CONCURRENCY = range(1, 1001)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add_cluster_options(parser)
    add_policy_options(parser, with_next=True)
    _add_scope(parser)
    _add_ways(parser)
    _add_running(parser)


def _add_scope(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-n", "--namespace", metavar="NAME", help="only this namespace; kube-system only if so named")
    parser.add_argument(
        "-l", "--selector", metavar="LABELS", type=_selector, help="only pods with these labels, as kubectl's -l"
    )
    parser.add_argument(
        "--workload",
        metavar="KIND/NAME",
        type=_workload,
        help="only pods of this workload, as Deployment/web (with -n)",
    )


def _add_ways(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--strategy",
        metavar="WAY",
        choices=[one.value for one in Preference],
        default=Preference.AUTO.value,
        help="evict; restart (Deployments that lose no pod by it); auto (default): restart those that cannot lose one",
    )
    parser.add_argument(
        "--bare",
        metavar="HOW",
        choices=[one.value for one in Bare],
        default=Bare.SKIP.value,
        help="pods without a controller: skip, export (write their manifests), recreate (from these; default: skip)",
    )
    parser.add_argument(
        "--concurrency", metavar="N", type=_concurrency, default=5, help="workloads at a time (default: 5)"
    )
    parser.add_argument("--once", action="store_true", help="make the canary anew, and stop")
    parser.add_argument(
        "--timeout", metavar="TIME", type=duration, default=600.0, help="how long a pod may take (default: 10m)"
    )
    parser.add_argument("--outside-window", metavar="REASON", help="go on although no window of the policy is open")


def _add_running(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="show the plan, and do nothing")
    parser.add_argument("--yes", action="store_true", help="do not ask; needed without a terminal")
    parser.add_argument(
        "--journal",
        metavar="FILE",
        default="recreate-journal.jsonl",
        help="where it is written what was done, and where a rerun goes on (default: recreate-journal.jsonl here)",
    )
    parser.add_argument("--save", metavar="FILE", help="write the plan there too, as JSON")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FORMAT",
        choices=["table", "json"],
        default="table",
        help="table, json (default: table)",
    )


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    if args.workload is not None and not args.namespace:
        raise CliError(ExitCode.USAGE, "--workload goes with -n: workloads of other namespaces may have its name")
    wishes, aim, cluster = _wishes(args), chosen_aim(args), chosen_cluster(args)
    from webhook.cli import carrying_out as do  # noqa: PLC0415 -- the client takes half a second to load
    from webhook.cli.planned_cluster import plan_for  # noqa: PLC0415 -- as above

    sight, policy, planned = plan_for(cluster, aim, wishes)
    if wishes.scope.workload is not None and not planned.in_scope:  # mistyped, it would have no unfit pods
        raise CliError(ExitCode.FAILED, f"no ECI pod belongs to {plain('/'.join(wishes.scope.workload))}")
    _save(planned.plan, args.save)
    write_output(_shown(planned.plan, args))
    _tell_gaps(sight)
    doing = do.Doing(args=args, credentials=cluster, policy=policy, plan=planned.plan)
    if planned.plan.count:
        write_error(do.ask_beforehand(doing).rstrip())
    if args.dry_run:
        return ending_of(sight, planned)
    do.export_bare_pods(doing)
    if not planned.plan.count and not do.is_in_hand(doing):
        return ending_of(sight, planned)
    do.agree(doing)
    do.carry_out(doing)
    after_sight, _, after = plan_for(cluster, aim, wishes)
    write_output(_comparison(planned, after, args.output))
    _tell_gaps(after_sight)
    return ending_of(after_sight, after)


def ending_of(sight: Sight, planned: Planned) -> ExitCode:
    """Return the exit code of a plan that is not carried out: what is known to be unfit outweighs what is not known."""
    if planned.unfit:
        return ExitCode.NOT_READY
    return ExitCode.UNKNOWN if planned.unknown or not sight.inventory.complete else ExitCode.OK


def _shown(plan: Plan, args: argparse.Namespace) -> bytes | str:
    """Return the plan. As JSON it is a document of its own on a dry run, and else the first of many lines."""
    if args.output != "json":
        return plan_table(plan)
    return plan_json(plan) if args.dry_run else msgspec.json.encode({"plan": plan}) + b"\n"


def _comparison(before: Planned, after: Planned, output: str) -> bytes | str:
    counts = {"before": before.unfit, "after": after.unfit, "unknown": after.unknown, "pods": after.in_scope}
    if output == "json":
        return msgspec.json.encode({"verified": counts | {"target": after.plan.target}}) + b"\n"
    verdict = "Ready" if not after.unfit and not after.unknown else "Not ready" if after.unfit else "Unknown"
    return (
        f"{verdict}: {after.unfit} of {number(after.in_scope, 'ECI pod')} cannot run under Kubernetes "
        f"{after.plan.target}, {before.unfit} could not before\n"
    )


def _wishes(args: argparse.Namespace) -> Wishes:
    text, selector = args.selector or ("", LabelSelector())
    scope = Scope(namespace=args.namespace or "", selector=selector, selector_text=text, workload=args.workload)
    return Wishes(scope=scope, preference=Preference(args.strategy), bare=Bare(args.bare))


def _save(plan: Plan, path: str | None) -> None:
    if path is None:
        return
    try:
        Path(path).write_bytes(plan_json(plan))
    except OSError as error:
        raise CliError(ExitCode.FAILED, f"cannot write {path}: {error.strerror}") from None


def _tell_gaps(sight: Sight) -> None:
    for gap in sight.inventory.gaps:
        write_error(f"incomplete: {gap}")
    for kind, why in sight.circumstances.missing.items():
        write_error(f"not examined: {kind}: {plain(why, 200)}")


def _selector(text: str) -> tuple[str, LabelSelector]:
    try:
        return text, parse_selector(text)
    except InvalidSelector as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _workload(text: str) -> NamedWorkload:
    kind, _, name = text.partition("/")
    if not kind or not name or "/" in name:
        raise argparse.ArgumentTypeError("not KIND/NAME, like Deployment/web")
    return NamedWorkload(kind, name)


def _concurrency(text: str) -> int:
    if not text.isdecimal() or int(text) not in _CONCURRENCY:
        raise argparse.ArgumentTypeError("not a number from 1 to 1000")
    return int(text)
