"""Make the pods anew that a Kubernetes version could not run; break no budget.

exit codes, by what is found at the end within -n, -l and --workload:
  0 ready: no pod has to be made anew   1 the tool failed   2 usage
  3 not ready: pods have to be made anew still, or did not come back
  4 unknown: a pod could not be judged or read
  5 not begun, because no window of the policy is open

try:
  eci-upgrade-guard recreate --target 1.26 --dry-run
  eci-upgrade-guard recreate --target 1.26 -n shop --workload Deployment/web
"""

import argparse
from dataclasses import replace
from pathlib import Path

import msgspec
from msgspec import structs

from webhook.cli.cluster_options import add_cluster_options, chosen_cluster
from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.policy_option import add_policy_options, chosen_aim
from webhook.cli.recreate_options import add_recreate_options, chosen_wishes
from webhook.cli.streams import write_error, write_output
from webhook.policy.plain_text import plain
from webhook.policy.wording import number
from webhook.recreation.forecast import foretold_beforehand
from webhook.recreation.plan import Plan
from webhook.recreation.planning import Planned, Sight
from webhook.recreation.showing import plan_json, plan_table


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add_cluster_options(parser)
    add_policy_options(parser, with_next=True)
    add_recreate_options(parser)


def run(args: argparse.Namespace) -> int:
    """Run the command."""
    if args.workload is not None and not args.namespace:
        raise CliError(ExitCode.USAGE, "--workload goes with -n: workloads of other namespaces may have its name")
    wishes, aim, cluster = chosen_wishes(args), chosen_aim(args), chosen_cluster(args)
    from webhook.cli import beforehand, carrying_out  # noqa: PLC0415 -- the client takes half a second to load
    from webhook.cli.planned_cluster import plan_for  # noqa: PLC0415 -- as above

    sight, policy, planned = plan_for(cluster, aim, wishes)
    if wishes.scope.workload is not None and not planned.in_scope:  # mistyped, it would have no unfit pods
        raise CliError(ExitCode.FAILED, f"no ECI pod belongs to {plain('/'.join(wishes.scope.workload))}")
    _save(planned.plan, args.save)
    write_output(_shown(planned.plan, args))
    _tell_gaps(sight)
    doing = beforehand.Doing(args=args, credentials=cluster, policy=policy, plan=planned.plan)
    too_much = ""
    if planned.plan.count:
        write_error(beforehand.ask_beforehand(doing).rstrip())
        write_error(foretold_beforehand(planned.plan.steps, args.concurrency, once=args.once))
        too_much = _too_much_left(planned, args.accept_blocked)
    in_hand = carrying_out.is_in_hand(doing, sight.pods)
    if args.dry_run:
        if too_much:
            write_error(f"it would not be begun: {too_much}")
        if in_hand:
            write_error("an earlier run left something in hand: that would be seen to first")
        return ending_of(sight, planned, is_complete=not in_hand)
    beforehand.export_bare_pods(doing)
    if too_much:
        if not in_hand:
            raise CliError(ExitCode.NOT_READY, f"not begun: {too_much}")
        write_error(f"what an earlier run left in hand is seen to, and nothing else is begun: {too_much}")
        doing = replace(doing, plan=structs.replace(planned.plan, steps=()))
    elif not (planned.plan.count or in_hand):
        return ending_of(sight, planned)
    doing = beforehand.agreed(doing, lambda: plan_for(cluster, aim, wishes)[2].plan)
    result = carrying_out.carry_out(doing)
    after_sight, _, after = plan_for(cluster, aim, wishes)
    write_output(_comparison(planned, after, args.output, is_complete=result.is_complete))
    _tell_gaps(after_sight)
    return ending_of(after_sight, after, is_complete=result.is_complete)


def ending_of(sight: Sight, planned: Planned, *, is_complete: bool = True) -> ExitCode:
    """Return the exit code: what is known to be unfit, or not done, outweighs what is not known.

    A pod that did not come back is in no list, and one that is Pending is judged by nobody yet.
    """
    if planned.unfit or not is_complete:
        return ExitCode.NOT_READY
    return ExitCode.UNKNOWN if planned.unknown or not sight.inventory.complete else ExitCode.OK


def _too_much_left(planned: Planned, accepted: int) -> str:
    """Say that more is left out than is accepted; "" where it is not.

    It is a share of all ECI pods and not of the unfit, so that a rerun is not refused for what the first run left out.
    """
    left, pods = planned.plan.left, number(planned.in_scope, "ECI pod")
    if left * 100 <= accepted * planned.in_scope:
        return ""
    return f"{left} of {pods} left out, more than {accepted}%: mend what the plan names, or see --accept-blocked"


def _shown(plan: Plan, args: argparse.Namespace) -> bytes | str:
    """Return the plan. As JSON it is a document of its own on a dry run, and else the first of many lines."""
    if args.output != "json":
        return plan_table(plan)
    return plan_json(plan) if args.dry_run else msgspec.json.encode({"plan": plan}) + b"\n"


def _comparison(before: Planned, after: Planned, output: str, *, is_complete: bool) -> bytes | str:
    counts = {"before": before.unfit, "after": after.unfit, "unknown": after.unknown, "pods": after.in_scope}
    if output == "json":
        verified = counts | {"target": after.plan.target, "complete": is_complete}
        return msgspec.json.encode({"verified": verified}) + b"\n"
    verdict = "Not ready" if after.unfit or not is_complete else "Unknown" if after.unknown else "Ready"
    return (
        f"{verdict}: {after.unfit} of {number(after.in_scope, 'ECI pod')} cannot run under Kubernetes "
        f"{after.plan.target}, {before.unfit} could not before\n"
    )


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
