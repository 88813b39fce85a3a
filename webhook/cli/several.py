"""``report`` over several clusters: one report, in which a cluster that could not be read is never left out."""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime

from webhook.cli.again import again_live, recreate_live
from webhook.cli.cluster_options import chosen_clusters
from webhook.cli.ending import ending
from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.format_options import TABLES, chosen_show
from webhook.cli.live_cluster import NotSeen, Seen, list_clusters
from webhook.cli.policy_option import Aim
from webhook.cli.streams import write_error, write_output
from webhook.cli.terminal import for_people
from webhook.policy.plain_text import plain
from webhook.readiness.making import make_report
from webhook.readiness.rendering import Format, Occasion, render_list
from webhook.readiness.report_list import ClusterReport, gather, not_read, reported
from webhook.readiness.window import window_state


def report_several(args: argparse.Namespace, aim: Aim) -> int:
    """Run the command. Raises CliError."""
    chosen = Format(args.output)
    if not chosen.nature.of_several:
        raise CliError(ExitCode.USAGE, f"-o {chosen} is of one cluster: give one --context, or another format")
    found = list_clusters(chosen_clusters(args), aim, namespace=args.namespace or "")
    reports = gather(_items(args, aim, found))
    if all(item.report is None for item in reports.items):
        lines = "".join(f"\n  {item.cluster}: {item.error}" for item in reports.items)
        raise CliError(ExitCode.FAILED, f"none of {len(reports.items)} clusters could be judged:{lines}")
    now = datetime.now(UTC)
    each = {
        plain(context): Occasion(
            now=now,
            heard_at=_taken_at(seen),
            again=again_live(args, [context]),
            recreate=recreate_live(args, context),
        )
        for context, seen in zip(args.context, found, strict=True)
    }
    whole = Occasion(now=now, heard_at=None, again=again_live(args, args.context), headers=not args.no_headers)
    rendered = render_list(reports, chosen, whole, each)
    if chosen in TABLES and whole.headers:
        summaries = {item.summary: item.readiness for item in reports.items} | {reports.summary: reports.readiness}
        rendered = for_people(rendered.decode(), summaries).encode()
    write_output(rendered)
    for item in reports.items:
        if item.error is not None:
            write_error(f"{item.cluster}: {item.error}")
    return ending(reports.readiness, reports.summary, window_state(aim.policy.calendar, now), args)


def _items(args: argparse.Namespace, aim: Aim, found: Sequence[Seen | NotSeen]) -> list[ClusterReport]:
    now, show = datetime.now(UTC), chosen_show(args)
    items = []
    for context, seen in zip(args.context, found, strict=True):
        if isinstance(seen, NotSeen):
            items.append(not_read(plain(context), None if aim.next else str(aim.policy.target), str(seen)))
            continue
        report = make_report(
            seen.inventory,
            seen.policy,
            target=seen.policy.target,
            now=now,
            show=show,
            surroundings=seen.surroundings,
        )
        items.append(reported(plain(context), report))
    return items


def _taken_at(seen: Seen | NotSeen) -> datetime | None:
    return None if isinstance(seen, NotSeen) else seen.inventory.taken_at
