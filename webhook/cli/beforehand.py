"""What comes before anything is done: asking the cluster, saving bare pods, and asking the person."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TypeVar

from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.live_cluster import not_read
from webhook.cli.streams import write_error
from webhook.cluster.credentials import Credentials
from webhook.cluster.recreation_requests import RecreationRequests, requests_to
from webhook.inventory.source import SourceFailed
from webhook.policy.plain_text import plain
from webhook.policy.policy import Policy
from webhook.policy.wording import number
from webhook.recreation.agreed import still
from webhook.recreation.bare_pods import Bare, export_file
from webhook.recreation.plan import Hindrance, Plan
from webhook.recreation.planning import Planned
from webhook.recreation.probing import Answers, missing_right, probe

_T = TypeVar("_T")
_OLD = 60.0
"""Seconds for which a plan waits for its answer before it is made anew."""


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


def ask_beforehand(doing: Doing) -> Answers:
    """Return what the API server says to the plan's evictions as a dry run. Raises CliError."""
    return _ask(doing, lambda cluster: probe(doing.plan, cluster)) if doing.plan.count else {}


def against(doing: Doing, planned: Planned, answers: Answers, *, in_hand: bool) -> list[tuple[ExitCode, str]]:
    """Return why it is not begun, the gravest first."""
    found = [(ExitCode.FAILED, missing_right(answers))]
    if not in_hand:
        found.append((ExitCode.NOT_READY, too_much_left(planned, doing.args.accept_blocked)))
    if because := closed(doing):
        found.append((ExitCode.WINDOW_CLOSED, f"{because}; --outside-window REASON does it all the same"))
    return [(code, why) for code, why in found if why]


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
            path.unlink(missing_ok=True)  # others may read an older one
            path.touch(mode=0o600, exist_ok=False)  # secrets may be in it
            path.write_text(manifest, encoding="utf-8")
        except OSError as error:
            raise CliError(ExitCode.FAILED, f"cannot write {path}: {error.strerror}") from None


def agree(doing: Doing) -> None:
    """Ask the person whether it is to be done. Raises CliError."""
    if doing.args.yes:
        return
    if not (sys.stdin is not None and sys.stdin.isatty()):
        raise CliError(ExitCode.USAGE, "nobody can be asked here: --yes does it without asking")
    what = f"Make {number(doing.plan.count, 'pod')} anew" if doing.plan.count else "Go on with what an earlier run left"
    sys.stderr.write(f"{what}? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise CliError(ExitCode.NOT_READY, "not begun")


def agreed(doing: Doing, plan_now: Callable[[], Plan]) -> Doing:
    """Ask, and return what of it is right still. Raises CliError."""
    asked_at = monotonic()
    agree(doing)
    is_old = monotonic() - asked_at > _OLD
    return replace(doing, plan=still(doing.plan, plan_now())) if is_old else doing


def closed(doing: Doing) -> str:
    """Return why no pod may be touched now, by the windows of the policy; "" where one may."""
    if doing.args.outside_window:
        return ""
    hours = doing.policy.calendar.at(datetime.now(UTC))
    return "" if hours.open else hours.because


def too_much_left(planned: Planned, accepted: int) -> str:
    """Say that more is left out than is accepted; "" where it is not.

    It is a share of all ECI pods and not of the unfit, so that a rerun is not refused for what the first run left out.
    """
    left, pods = planned.plan.left, number(planned.in_scope, "ECI pod")
    if not planned.plan.count or left * 100 <= accepted * planned.in_scope:
        return ""
    return f"{left} of {pods} left out, more than {accepted}%: mend what the plan names, or see --accept-blocked"


def _ask(doing: Doing, do: Callable[[RecreationRequests], Awaitable[_T]]) -> _T:
    """Ask something that needs no following: the cluster is not listed for it."""

    async def asked() -> _T:
        async with requests_to(doing.credentials) as cluster:
            return await do(cluster)

    try:
        return asyncio.run(asked())
    except SourceFailed as failure:
        raise CliError(ExitCode.FAILED, str(not_read(failure))) from None
