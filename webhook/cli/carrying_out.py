"""Doing what was planned: with a journal of its own, and following how it goes."""

import asyncio
import getpass
import secrets
import signal
import socket
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from webhook.cli.beforehand import Doing, closed
from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.live_cluster import not_read
from webhook.cli.recreation_displays import Display, display
from webhook.cli.recreation_ending import ending_lines
from webhook.cli.streams import write_error, write_output
from webhook.cluster.recreating import RecreatingCluster, connect_for_recreation
from webhook.inventory.source import SourceFailed
from webhook.policy.evidence import Grade
from webhook.policy.plain_text import plain
from webhook.policy.policy import Policy
from webhook.policy.verdict import Verdict
from webhook.policy.wording import number
from webhook.recreation.carrying_out import Before, CarryingOut
from webhook.recreation.circumstances import PodAround
from webhook.recreation.earlier import left_elsewhere, read_earlier
from webhook.recreation.journal import Author, Event, Line
from webhook.recreation.journal_file import BadJournal, JournalFile, JournalInUse, JournalUnwritable, read_journal
from webhook.recreation.outcome import Result
from webhook.recreation.settings import Settings

_STOPPED = "Ctrl-C: what is in hand is awaited; a second one ends it now"


def left_in_hand(doing: Doing, around: Mapping[str, PodAround]) -> str:
    """Say what an earlier run left that is to be awaited, or created again; "" where there is nothing. Raises CliError.

    Its pods are on their way, so the plan does not count them. ``around`` has the pods of the cluster, by uid. What was
    left where this run does not look is told.
    """
    plan, lines = doing.plan, _read(doing.journal)
    for place in left_elsewhere(lines, plan):
        write_error(f"an earlier run left something in hand in {plain(place)}: it is seen to by a run of that")
    works = read_earlier(lines, plan).values()
    lefts = [left for work in works for left in work.in_hand(lambda uid: uid not in around or around[uid].deleting)]
    if not lefts:
        return ""
    pods = {left.pod.uid for left in lefts} - {pod.uid for step in plan.steps for pod in step.pods}
    pods -= {pod.uid for left_out in plan.left_out for pod in left_out.pods}
    by = _by(line for line in lines if line.cluster == plan.cluster)
    beside = f": {number(len(pods), 'pod')} in hand beside the plan" if pods else ""
    return f"Going on from {doing.journal}{by}{beside}"


def carry_out(doing: Doing) -> Result:
    """Do it, and show how it goes. Raises CliError, and KeyboardInterrupt at a second Ctrl-C."""
    try:
        with JournalFile(doing.journal) as journal:
            author = Author(
                who=_who(), run=secrets.token_hex(4), cluster=doing.plan.cluster, cluster_id=doing.plan.cluster_id
            )
            before = Before(author=author, lines=_read(doing.journal))
            journal.write(author.line(Event.BEGUN, text=doing.args.outside_window or ""))
            return asyncio.run(_followed(doing, journal, before))
    except JournalInUse:
        by = _by(_read(doing.journal))
        raise CliError(ExitCode.FAILED, f"not begun: another run writes {doing.journal}{by}") from None
    except JournalUnwritable as error:
        raise CliError(ExitCode.FAILED, f"cannot write {doing.journal}: {error}") from None
    except asyncio.CancelledError:
        write_error(f"ended at once: run it again, and it goes on from {doing.journal}")
        raise KeyboardInterrupt from None


def _read(journal: Path) -> tuple[Line, ...]:
    try:
        return read_journal(journal)
    except BadJournal as error:
        raise CliError(ExitCode.FAILED, f"cannot use {journal}: {error}") from None
    except OSError as error:
        raise CliError(ExitCode.FAILED, f"cannot read {journal}: {error.strerror}") from None


def _by(lines: Iterable[Line]) -> str:
    """Say who began last, as the journal tells: who has just opened it has not written that yet."""
    begun = [line for line in lines if line.event is Event.BEGUN]
    return f"; the last to begin was {plain(begun[-1].who)}, at {begun[-1].when:%Y-%m-%dT%H:%M:%SZ}" if begun else ""


async def _follow(doing: Doing, cluster: RecreatingCluster, journal: JournalFile, before: Before) -> Result:
    settings = Settings(
        fit=lambda version: _fits(doing.policy, version),
        ordinary=lambda node: doing.policy.evidence.weigh_node(node).grade is Grade.NONE,
        may_go_on=lambda: closed(doing),
        concurrency=doing.args.concurrency,
        timeout=doing.args.timeout,
        once=doing.args.once,
    )
    carrying = CarryingOut(doing.plan, cluster, settings, journal, before)
    with display(doing.plan, doing.args.output) as shown:
        _hear_ctrl_c(carrying, shown)
        result = await carrying.carry_out(shown.show, shown.foretell)
    write_output(ending_lines(result, doing.args.output))
    return result


def _hear_ctrl_c(carrying: CarryingOut, shown: Display) -> None:
    task, told = asyncio.current_task(), False

    def hear() -> None:
        nonlocal told
        if told and task is not None:
            task.cancel()
        told = True
        carrying.stop("Ctrl-C")
        shown.say(_STOPPED)

    with suppress(NotImplementedError, RuntimeError):  # a system without signals
        for one in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(one, hear)


async def _followed(doing: Doing, journal: JournalFile, before: Before) -> Result:
    try:
        async with connect_for_recreation(doing.credentials, doing.args.namespace or "") as cluster:
            return await _follow(doing, cluster, journal, before)
    except SourceFailed as failure:
        raise CliError(ExitCode.FAILED, str(not_read(failure))) from None


def _fits(policy: Policy, version: str | None) -> bool | None:
    verdict = policy.matrix.judge(version, policy.target).verdict
    return None if verdict is Verdict.UNKNOWN else verdict is Verdict.COMPATIBLE


def _who() -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user has no name
        user = "somebody"
    return plain(f"{user}@{socket.gethostname()}")
