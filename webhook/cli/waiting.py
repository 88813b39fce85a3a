"""Waiting until a cluster is ready, for ``gate --wait``: by a watch, and never taking a watch's word for it alone."""

import argparse
import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime

from webhook.cli.ending import is_go
from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.following import Followed, follow
from webhook.cli.live_cluster import NotSeen, Seen, see
from webhook.cli.policy_option import Aim
from webhook.cli.streams import write_error
from webhook.cluster.credentials import Credentials
from webhook.inventory.inventory import Inventory
from webhook.policy.policy import Policy
from webhook.policy.verdict import Readiness
from webhook.policy.wording import elapsed
from webhook.readiness.making import Show, make_report
from webhook.readiness.report import ReadinessReport

_LOOK_EVERY = 1.0
_LIST_EVERY = 10.0
"""Seconds between two lists that are to confirm what the watch says."""
_SAY_CHANGES_EVERY = 30.0
_SAY_EVERY = 300.0


def judge(seen: Seen) -> ReadinessReport:
    """Make the report that a gate decides by."""
    return _report(seen.inventory, seen.policy)


def wait_for(cluster: Credentials, aim: Aim, args: argparse.Namespace) -> ReadinessReport:
    """Return the report of the moment when all that is asked for is so, or when the time is over. Raises CliError."""
    try:
        return asyncio.run(_Waiting(cluster, aim, args).run())
    except NotSeen as failure:
        raise CliError(ExitCode.FAILED, str(failure)) from None


def _report(inventory: Inventory, policy: Policy) -> ReadinessReport:
    return make_report(inventory, policy, target=policy.target, now=datetime.now(UTC))


class _Waiting:
    def __init__(self, cluster: Credentials, aim: Aim, args: argparse.Namespace) -> None:
        self._cluster = cluster
        self._aim = aim
        self._args = args
        self._until = time.monotonic() + args.wait
        self._listed: ReadinessReport | None = None
        self._list_again = 0.0
        self._said = ""
        self._said_at = float("-inf")

    async def run(self) -> ReadinessReport:
        """Wait. Raises NotSeen for a cluster that cannot be read at the beginning; later it may be away."""
        async with follow(self._cluster, self._aim) as followed:
            while True:
                report = await self._look(followed)
                left = self._until - time.monotonic()
                if is_go(report.readiness, report.window, self._args) or left <= 0:
                    return report
                self._say(report, left)
                await followed.pause(min(_LOOK_EVERY, left))

    async def _look(self, followed: Followed) -> ReadinessReport:
        """Return the report of now. Ready is taken from a new list alone: a watch may be minutes behind."""
        report = await followed.report(Show.UNFIT, around=False)
        if report.readiness is not Readiness.READY:
            return report
        if self._listed is None or time.monotonic() >= self._list_again:
            self._listed = await self._list(followed)
            self._list_again = time.monotonic() + _LIST_EVERY
        return self._listed

    async def _list(self, followed: Followed) -> ReadinessReport:
        try:
            return judge(await see(self._cluster, Aim(followed.policy), around=False))
        except NotSeen as failure:  # it was there a moment ago
            return _report(replace(followed.snapshot(), doubt=str(failure)), followed.policy)

    def _say(self, report: ReadinessReport, left: float) -> None:
        now = time.monotonic()
        pause = _SAY_CHANGES_EVERY if report.summary != self._said else _SAY_EVERY
        if now - self._said_at < pause:
            return
        self._said, self._said_at = report.summary, now
        write_error(f"waiting up to {elapsed(left)}: {report.summary}")
