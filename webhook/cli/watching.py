"""``report --watch``: the report as the pods are recreated, until Ctrl-C, or with ``--wait`` until it is ready."""

import argparse
import asyncio
import signal
import time
from contextlib import suppress
from datetime import UTC, datetime

from webhook.cli.again import again_live, recreate_live
from webhook.cli.displays import Display, display
from webhook.cli.ending import ending, is_go
from webhook.cli.exit_codes import CliError, ExitCode
from webhook.cli.following import Followed, follow
from webhook.cli.format_options import chosen_show
from webhook.cli.live_cluster import NotSeen
from webhook.cli.policy_option import Aim
from webhook.cluster.credentials import Credentials
from webhook.readiness.rendering import Format, Occasion
from webhook.readiness.report import ReadinessReport


def watch(args: argparse.Namespace, cluster: Credentials, aim: Aim) -> int:
    """Run the command. Raises CliError, and KeyboardInterrupt where Ctrl-C came before the first report."""
    watching = _Watching(args, cluster, aim)
    try:
        asyncio.run(watching.run())
    except NotSeen as failure:
        raise CliError(ExitCode.FAILED, str(failure)) from None
    except (KeyboardInterrupt, asyncio.CancelledError):
        if watching.last is None:
            raise KeyboardInterrupt from None
    if watching.last is None:
        return ExitCode.OK  # whoever read it went away at once
    return ending(watching.last.readiness, watching.last.summary, watching.last.window, args)


class _Watching:
    def __init__(self, args: argparse.Namespace, cluster: Credentials, aim: Aim) -> None:
        self.last: ReadinessReport | None = None
        self._args = args
        self._cluster = cluster
        self._aim = aim

    async def run(self) -> None:
        """Watch. Raises NotSeen, CliError."""
        _end_as_by_ctrl_c()
        until = float("inf") if self._args.wait is None else time.monotonic() + self._args.wait
        with display(Format(self._args.output)) as shown:
            async with follow(self._cluster, self._aim, namespace=self._args.namespace or "") as followed:
                while await self._show(followed, shown):
                    left = until - time.monotonic()
                    if left <= 0 or (self._args.wait is not None and self._is_ready()):
                        return
                    await followed.pause(min(self._args.watch, left))

    def _is_ready(self) -> bool:
        return self.last is not None and is_go(self.last.readiness, self.last.window, self._args)

    async def _show(self, followed: Followed, shown: Display) -> bool:
        self.last = await followed.report(chosen_show(self._args), around=True)
        occasion = Occasion(
            now=datetime.now(UTC),
            heard_at=followed.live.heard_at(),
            again=again_live(self._args, self._args.context),
            recreate=recreate_live(self._args, *(self._args.context or [None])),
        )
        return shown.show(self.last, occasion)


def _end_as_by_ctrl_c() -> None:
    """Let SIGTERM give the terminal back, too."""
    task = asyncio.current_task()
    with suppress(NotImplementedError, RuntimeError):  # a system without signals, a thread that gets none
        if task is not None:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
