"""Make the pods anew that a Kubernetes version could not run; break no budget.

exit codes, by what is found at the end within -n, -l and --workload:
  0 ready: no pod has to be made anew   1 the tool failed   2 usage
  3 not ready: pods are unfit still, or did not come back; nobody said yes
  4 unknown: a pod could not be judged or read
  5 not begun, because no window of the policy is open   130 Ctrl-C ended it

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
from webhook.cli.recreation_ending import comparison
from webhook.cli.streams import write_error, write_output
from webhook.policy.plain_text import plain
from webhook.recreation.asked_plan import asked_plan
from webhook.recreation.forecast import foretold_beforehand
from webhook.recreation.plan import Plan
from webhook.recreation.planning import Planned, Sight
from webhook.recreation.probing import Answers, tell
from webhook.recreation.showing import plan_json, plan_table, scope_of


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
    doing = beforehand.Doing(args=args, credentials=cluster, policy=policy, plan=planned.plan)
    in_hand = carrying_out.left_in_hand(doing, sight.pods)
    none = "" if planned.in_scope or in_hand else f"there is no ECI pod{scope_of(planned.plan)}"
    if none and (args.selector or args.workload):  # mistyped, they would have no unfit pods
        raise CliError(ExitCode.FAILED, none)
    answers = beforehand.ask_beforehand(doing)
    _save(asked_plan(planned.plan, answers), args.save)
    write_output(_shown(planned.plan, answers, args))
    _tell_gaps(sight)
    if told := none or in_hand:
        write_error(told)
    if planned.plan.count:
        write_error(tell(answers))
        write_error(foretold_beforehand(planned.plan.steps, args.concurrency, once=args.once))
    is_anything = bool(planned.plan.count or in_hand)
    against = beforehand.against(doing, planned, answers, in_hand=bool(in_hand)) if is_anything else []
    if args.dry_run:
        for _, why in against:
            write_error(f"it would not be begun: {why}")
        return ending_of(sight, planned, is_complete=not in_hand)
    beforehand.export_bare_pods(doing)
    if not is_anything:
        return ending_of(sight, planned)
    if against:
        code, why = against[0]
        raise CliError(code, f"not begun: {why}")
    if in_hand and (too_much := beforehand.too_much_left(planned, args.accept_blocked)):
        write_error(f"what an earlier run left in hand is seen to, and nothing else is begun: {too_much}")
        doing = replace(doing, plan=structs.replace(planned.plan, steps=()))
    doing = beforehand.agreed(doing, lambda: plan_for(cluster, aim, wishes)[2].plan)
    result = carrying_out.carry_out(doing)
    after_sight, _, after = plan_for(cluster, aim, wishes)
    write_output(comparison(planned, after, args.output, is_complete=result.is_complete))
    _tell_gaps(after_sight)
    return ending_of(after_sight, after, is_complete=result.is_complete)


def ending_of(sight: Sight, planned: Planned, *, is_complete: bool = True) -> ExitCode:
    """Return the exit code: what is known to be unfit, or not done, outweighs what is not known.

    A pod that did not come back is in no list, and one that is Pending is judged by nobody yet.
    """
    if planned.unfit or not is_complete:
        return ExitCode.NOT_READY
    return ExitCode.UNKNOWN if planned.unknown or not sight.inventory.complete else ExitCode.OK


def _shown(plan: Plan, answers: Answers, args: argparse.Namespace) -> bytes | str:
    """Return the plan. As JSON it is a document of its own on a dry run, and else the first of many lines."""
    if args.output != "json":
        return plan_table(plan, answers)
    asked = asked_plan(plan, answers)
    return plan_json(asked) if args.dry_run else msgspec.json.encode({"plan": asked}) + b"\n"


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
