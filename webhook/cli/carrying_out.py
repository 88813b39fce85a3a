"""Doing what was planned: ask before, follow how it goes, and prove the end by planning once more."""

import argparse
import asyncio
import getpass
import secrets
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.live_cluster import not_read
from webhook.cli.recreation_displays import display, ending_lines
from webhook.cli.streams import write_error, write_output
from webhook.cluster.credentials import Credentials
from webhook.cluster.recreating import RecreatingCluster, connect_for_recreation
from webhook.cluster.recreation_requests import RecreationRequests, requests_to
from webhook.inventory.source import SourceFailed
from webhook.policy.evidence import Grade
from webhook.policy.plain_text import plain
from webhook.policy.policy import Policy
from webhook.policy.verdict import Verdict
from webhook.policy.wording import number
from webhook.recreation.bare_pods import Bare, export_file
from webhook.recreation.carrying_out import Before, CarryingOut
from webhook.recreation.earlier import read_earlier
from webhook.recreation.journal import Author, Event, Line
from webhook.recreation.journal_file import BadJournal, JournalFile, JournalInUse, read_journal
from webhook.recreation.outcome import Result
from webhook.recreation.plan import Hindrance, Plan
from webhook.recreation.probing import probe, tell
from webhook.recreation.settings import Settings

_T = TypeVar("_T")
_STOPPED = "Ctrl-C: what is in hand is awaited, and nothing more is begun; a second one ends it now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """What is to be done, where, and by which policy."""

    args: argparse.Namespace
    credentials: Credentials
    policy: Policy
    """With the target that was planned for."""
    plan: Plan

    @property
    def journal(self) -> Path:
        """Where it is written down."""
        return Path(self.args.journal)


def ask_beforehand(doing: Doing) -> str:
    """Return what the API server says to the plan's evictions as a dry run. Raises CliError."""
    return tell(_ask(doing, lambda cluster: probe(doing.plan, cluster)))


def export_bare_pods(doing: Doing) -> None:
    """Write the manifests of bare pods that the plan leaves out. Raises CliError."""
    if Bare(doing.args.bare) is not Bare.EXPORT:
        return
    left = [pod for one in doing.plan.left_out if one.hindrance is Hindrance.BARE_POD for pod in one.pods]

    async def read(cluster: RecreationRequests) -> list[str | None]:
        return [await cluster.save(pod) for pod in left]

    for pod, manifest in zip(left, _ask(doing, read) if left else [], strict=True):
        path = Path(export_file(pod))
        if manifest is None:
            write_error(f"{plain(pod.namespace)}/{plain(pod.name)} is gone")
            continue
        try:
            path.touch(mode=0o600)  # secrets may be in it
            path.write_text(manifest, encoding="utf-8")
        except OSError as error:
            raise CliError(ExitCode.FAILED, f"cannot write {path}: {error.strerror}") from None


def is_in_hand(doing: Doing) -> bool:
    """Whether an earlier run left something that is to be awaited, or created again. Raises CliError."""
    works = read_earlier(_read(doing.journal), doing.plan.cluster)
    return any(work.in_hand() or work.restart_at for work in works.values())


def agree(doing: Doing) -> None:
    """Ask whether it is to be done, by the clock and by the person. Raises CliError."""
    closed = _closed(doing)
    if closed:
        why = f"{closed}: not begun; --outside-window REASON does it all the same"
        raise CliError(ExitCode.WINDOW_CLOSED, why)
    if doing.args.yes:
        return
    if not (sys.stdin is not None and sys.stdin.isatty()):
        raise CliError(ExitCode.USAGE, "nobody can be asked here: --yes does it without asking")
    what = f"Make {number(doing.plan.count, 'pod')} anew" if doing.plan.count else "Go on with what an earlier run left"
    sys.stderr.write(f"{what}? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise CliError(ExitCode.NOT_READY, "not begun")


def carry_out(doing: Doing) -> Result:
    """Do it, and show how it goes. Raises CliError, and KeyboardInterrupt at a second Ctrl-C."""
    try:
        with JournalFile(doing.journal) as journal:
            who = Before(who=_who(), run=secrets.token_hex(4), lines=_read(doing.journal))
            author = Author(who=who.who, run=who.run, cluster=doing.plan.cluster, clock=lambda: datetime.now(UTC))
            journal.write(author.line(Event.BEGUN, text=doing.args.outside_window or ""))
            return asyncio.run(_followed(doing, journal, who))
    except JournalInUse:
        raise CliError(ExitCode.FAILED, f"not begun: another run writes {doing.journal}{_by(doing.journal)}") from None
    except OSError as error:
        raise CliError(ExitCode.FAILED, f"cannot write {doing.journal}: {error.strerror}") from None
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def _read(journal: Path) -> tuple[Line, ...]:
    try:
        return read_journal(journal)
    except BadJournal as error:
        raise CliError(ExitCode.FAILED, f"cannot use {journal}: {error}") from None
    except OSError as error:
        raise CliError(ExitCode.FAILED, f"cannot read {journal}: {error.strerror}") from None


def _by(journal: Path) -> str:
    """Say who began last, as the journal tells: who has just opened it has not written that yet."""
    begun = [line for line in _read(journal) if line.event is Event.BEGUN]
    return f"; the last to begin was {plain(begun[-1].who)}, at {begun[-1].when:%Y-%m-%dT%H:%M:%SZ}" if begun else ""


async def _follow(doing: Doing, cluster: RecreatingCluster, journal: JournalFile, before: Before) -> Result:
    settings = Settings(
        fit=lambda version: _fits(doing.policy, version),
        ordinary=lambda node: doing.policy.evidence.weigh_node(node).grade is Grade.NONE,
        may_go_on=lambda: _closed(doing),
        concurrency=doing.args.concurrency,
        timeout=doing.args.timeout,
        once=doing.args.once,
    )
    carrying = CarryingOut(doing.plan, cluster, settings, journal, before)
    with display(doing.plan, doing.args.output) as shown:
        _hear_ctrl_c(carrying)
        result = await carrying.carry_out(shown.show)
    write_output(ending_lines(result, doing.args.output))
    return result


def _hear_ctrl_c(carrying: CarryingOut) -> None:
    task, told = asyncio.current_task(), False

    def hear() -> None:
        nonlocal told
        if told and task is not None:
            task.cancel()
        told = True
        write_error(_STOPPED)
        carrying.stop("Ctrl-C")

    with suppress(NotImplementedError, RuntimeError):  # a system without signals
        for one in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(one, hear)


async def _followed(doing: Doing, journal: JournalFile, before: Before) -> Result:
    try:
        async with connect_for_recreation(doing.credentials, doing.args.namespace or "") as cluster:
            return await _follow(doing, cluster, journal, before)
    except SourceFailed as failure:
        raise CliError(ExitCode.FAILED, str(not_read(failure))) from None


def _ask(doing: Doing, do: Callable[[RecreationRequests], Awaitable[_T]]) -> _T:
    """Ask something that needs no following: the cluster is not listed for it."""

    async def asked() -> _T:
        async with requests_to(doing.credentials) as cluster:
            return await do(cluster)

    try:
        return asyncio.run(asked())
    except SourceFailed as failure:
        raise CliError(ExitCode.FAILED, str(not_read(failure))) from None


def _closed(doing: Doing) -> str:
    """Return why no pod may be touched now, by the windows of the policy; "" where one may."""
    if doing.args.outside_window:
        return ""
    hours = doing.policy.calendar.at(datetime.now(UTC))
    return "" if hours.open else hours.because


def _fits(policy: Policy, version: str | None) -> bool | None:
    verdict = policy.matrix.judge(version, policy.target).verdict
    return None if verdict is Verdict.UNKNOWN else verdict is Verdict.COMPATIBLE


def _who() -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container's user has no name
        user = "somebody"
    return plain(f"{user}@{socket.gethostname()}")
