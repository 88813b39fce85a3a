"""A rolling restart: all pods of a Deployment at once, as its own strategy allows."""

import asyncio
from datetime import datetime

from webhook.recreation.journal import Event
from webhook.recreation.outcome import Fate
from webhook.recreation.plan import PlannedPod
from webhook.recreation.readiness import Standing
from webhook.recreation.replacing import is_gone
from webhook.recreation.throttle import backoff
from webhook.recreation.work import Work

_ASKED_FOR = 60.0
"""Seconds. What refused a restart may pass, but nothing tells so."""


async def restart(work: Work, pods: tuple[PlannedPod, ...], at: datetime | None) -> None:
    """Ask for the restart and wait for its end. ``at`` is of an earlier run that may have asked already.

    A restart that carries the same instant is the same restart: asked for twice, it is done once.
    """
    run = work.run
    while run.is_blind() and not run.stopping.why():
        work.tell(waiting_for="the API server, which is out of contact")
        await run.patience().wait()
    if why := run.stopping.why():
        _end(work, pods, Fate.NOT_BEGUN, why)
        return
    if all(work.is_fit(pod) for pod in pods):
        _end(work, pods, Fate.FIT)
        return
    if run.cluster.paused(work.step.workload):  # by its resuming, later, all would go outside of what is seen here
        _end(work, pods, Fate.BLOCKED, "its rollout is paused: resume it first")
        return
    line = run.author.line(Event.RESTARTING, work.step.workload)
    at = at or line.when
    work.write(Event.RESTARTING, pods, when=at)
    work.tell(in_hand="all", waiting_for="the answer to the restart")
    if why := await _ask(work, at):
        _end(work, pods, Fate.BLOCKED, why)
        return
    work.write(Event.RESTARTED, pods)
    work.go(len(pods))
    await await_restarted(work, pods)


async def await_restarted(work: Work, pods: tuple[PlannedPod, ...]) -> None:
    """Wait until these pods are gone, and as many as are wanted are Ready and fit."""
    patience = work.run.patience(len(pods))
    while True:
        left = [pod for pod in pods if not is_gone(work.run.cluster, pod.uid)]
        running, wanted = work.running(), work.run.cluster.wanted(work.step.workload)
        due = len(pods) if wanted is None else wanted
        finding = work.readiness.all_good(running)
        waiting_for = finding.said or f"{due} pods to be Ready, {len(running)} are"
        if left:
            waiting_for = f"{len(left)} of {len(pods)} pods to be gone"
        elif finding.standing is Standing.GOOD and len(running) >= due:
            version = next((pod.platform_version for pod in running if pod.platform_version), None)
            return _end(work, pods, Fate.RESTARTED, new_version=version)
        elif finding.standing is Standing.UNFIT:
            return _end(work, pods, Fate.NOT_REPLACED, finding.said)
        if not left and work.is_deleted():
            return _end(work, pods, Fate.GONE, "its workload was deleted")
        if patience.is_over:
            return _end(work, pods, Fate.NOT_REPLACED, f"waited in vain for {waiting_for}")
        work.tell(in_hand="all", waiting_for=waiting_for, done=len(pods) - len(left))
        await patience.wait()


async def _ask(work: Work, at: datetime) -> str:
    """Return "", or why it was refused."""
    time = asyncio.get_running_loop().time
    pace, end = backoff(work.run.settings.uniform), time() + _ASKED_FOR
    while why := await work.run.cluster.restart(work.step.workload, at):
        if work.is_deleted() or (time() >= end and not work.run.cluster.stale_for()):
            return why
        await work.run.patience().until(work.is_deleted, pace.next())
    return ""


def _end(work: Work, pods: tuple[PlannedPod, ...], fate: Fate, why: str = "", new_version: str | None = None) -> None:
    """All of them meet one fate."""
    for pod in pods:
        work.end(pod, fate, why, new_version=new_version)
