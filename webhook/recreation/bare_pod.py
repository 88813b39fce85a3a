"""A bare pod: nobody but us makes it again, so its manifest is on the disk before it is evicted."""

from webhook.recreation.departing import STAYS, Departing, Departure
from webhook.recreation.earlier import Left
from webhook.recreation.journal import Event
from webhook.recreation.outcome import Fate, Outcome
from webhook.recreation.plan import PlannedPod
from webhook.recreation.replacing import await_end, await_replacement
from webhook.recreation.throttle import backoff
from webhook.recreation.work import Work

_KEPT = "its manifest is in the journal"
_LATER = f"{_KEPT}, and another run creates it from there"


async def make_again(work: Work, pod: PlannedPod, asked_for: Left | None) -> Outcome:
    """Save, evict, create, and wait until it is Ready and fit. ``asked_for`` is what an earlier run wrote of it."""
    manifest = await _save(work, pod)
    if manifest is None and asked_for is not None and work.run.cluster.pod(pod.uid) is None:
        return await create_again(work, pod, asked_for.manifest)
    if manifest is None:
        return _not_saved(work, pod)
    work.write(Event.SAVED, [pod], manifest=manifest)
    departing = Departing(work=work, pod=pod, perhaps_ours=asked_for is not None)
    departure = await departing.depart()
    if departure is Departure.OURS:
        return await create_again(work, pod, manifest)
    if departure is Departure.THEIRS:
        return work.end(pod, Fate.GONE, f"it ended, or somebody else deleted it; {_KEPT}")
    return work.end(pod, STAYS[departure], departing.why)


async def create_again(work: Work, pod: PlannedPod, manifest: str) -> Outcome:
    """Create a pod that we evicted, once its name is free. A pod of its name that is there already is taken for it."""
    patience = work.run.patience()
    if not await await_end(work, pod, patience):
        return work.end(pod, Fate.NOT_REPLACED, f"waited in vain for it to be gone; {_LATER}")
    patience, pace, why = work.run.patience(), backoff(work.run.settings.uniform), "it does not appear"
    while not _is_there(work):
        if patience.is_over:
            return work.end(pod, Fate.NOT_REPLACED, f"not created again: {why}; {_LATER}")
        work.telling(pod)("it to be created again")
        refused = await work.run.cluster.create(manifest)
        if refused:
            why = refused
        else:
            work.write(Event.CREATED, [pod])
        await patience.until(lambda: _is_there(work), pace.next())
    return await await_replacement(work, pod, ours=True)


async def _save(work: Work, pod: PlannedPod) -> str | None:
    """Read the manifest, again and again while the pod is there but cannot be read."""
    patience, pace = work.run.patience(), backoff(work.run.settings.uniform)
    work.telling(pod)("its manifest")
    while (manifest := await work.run.cluster.save(pod)) is None and not patience.is_over:
        if work.run.cluster.pod(pod.uid) is None or work.run.stopping.why():
            break
        await patience.until(lambda: work.run.cluster.pod(pod.uid) is None, pace.next())
    return manifest


def _not_saved(work: Work, pod: PlannedPod) -> Outcome:
    if work.run.cluster.pod(pod.uid) is None:
        return work.end(pod, Fate.GONE, "somebody else deleted it")
    if why := work.run.stopping.why():
        return work.end(pod, Fate.NOT_BEGUN, why)
    return work.end(pod, Fate.BLOCKED, "its manifest could not be read")


def _is_there(work: Work) -> bool:
    """Whether a pod of its name is there, be it Ready or at its end."""
    return any(pod.uid not in work.known for pod in work.run.cluster.pods_of(work.step.workload))
