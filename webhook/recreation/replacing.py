"""Waiting until a pod is gone and another is Ready and fit in its place."""

from webhook.recreation.outcome import Fate, Outcome
from webhook.recreation.patience import Patience
from webhook.recreation.plan import PlannedPod
from webhook.recreation.readiness import Standing
from webhook.recreation.seams import Cluster
from webhook.recreation.work import Work


async def await_replacement(work: Work, pod: PlannedPod, *, ours: bool) -> Outcome:
    """Wait for the replacement of a pod that goes. Whoever evicted it, its workload is not touched before."""
    patience = work.run.patience()
    fate = Fate.REPLACED if ours else Fate.GONE
    while True:
        gone = is_gone(work.run.cluster, pod.uid)
        finding = work.readiness.find(work.newcomers())
        waiting_for = finding.said if gone else "it to be gone"
        if gone and finding.pod is not None:
            return work.end(pod, fate, replacement=finding.pod)
        if gone and work.is_deleted():
            return work.end(pod, Fate.GONE, "its workload was deleted")
        if gone and not work.newcomers() and _none_is_due(work):
            return work.end(pod, fate, "its workload wants no pod in its place")
        if gone and finding.standing is Standing.UNFIT:
            return work.end(pod, Fate.NOT_REPLACED, finding.said)
        if patience.is_over:
            return work.end(pod, Fate.NOT_REPLACED, f"waited in vain for {waiting_for}")
        work.telling(pod)(waiting_for)
        await patience.wait()


async def await_end(work: Work, pod: PlannedPod, patience: Patience) -> bool:
    """Wait until a pod is gone; return whether it is."""
    work.telling(pod)("it to be gone")
    while not (gone := is_gone(work.run.cluster, pod.uid)) and not patience.is_over:
        await patience.wait()
    return gone


def is_gone(cluster: Cluster, uid: str) -> bool:
    """Whether a pod is away. One that has ended by itself stays, but nothing runs in it."""
    now = cluster.pod(uid)
    return now is None or (now.finished and not now.deleting)


def _none_is_due(work: Work) -> bool:
    due = work.due()
    return due is not None and len(work.running()) >= due
