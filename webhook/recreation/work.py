"""One workload in the course of a run: what is known of its pods, and how far it has come."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import msgspec

from webhook.recreation.journal import Event
from webhook.recreation.outcome import DONE, Fate, Outcome
from webhook.recreation.plan import PlannedPod, Step, Strategy
from webhook.recreation.progress import Progress
from webhook.recreation.readiness import Readiness
from webhook.recreation.run import Run
from webhook.recreation.seams import PodNow

_EVENTS = {
    Fate.REPLACED: Event.REPLACED,
    Fate.RESTARTED: Event.REPLACED,
    Fate.GONE: Event.GONE,
    Fate.BLOCKED: Event.BLOCKED,
    Fate.NOT_REPLACED: Event.FAILED,
}
"""What is written down of a fate. Of a pod that is left as it was there is nothing to write."""


@dataclass(slots=True, kw_only=True)
class Work:
    """One workload. ``known`` are the uids of pods that replace none: they were there before."""

    run: Run
    step: Step
    known: set[str]
    readiness: Readiness = field(init=False)
    most_ready: int = 0
    """So many of its pods were Ready at once, since it was begun."""
    outcomes: list[Outcome] = field(default_factory=list)
    _progress: Progress = field(init=False)
    _went: tuple[float, int] | None = None
    """When so many pods went."""

    def __post_init__(self) -> None:
        step, settings = self.step, self.run.settings
        self.readiness = Readiness(
            fit=settings.fit,
            min_ready_seconds=step.min_ready_seconds,
            ordinary=settings.ordinary if step.on_ordinary_nodes else None,
        )
        self._progress = Progress(workload=step.workload, strategy=step.strategy, total=len(step.pods))

    @property
    def is_bare(self) -> bool:
        """Whether it is a pod of its own."""
        return self.step.strategy is Strategy.MAKE_AGAIN

    def running(self) -> list[PodNow]:
        """Return its pods, but for those that have ended or are about to."""
        return [pod for pod in self.run.cluster.pods_of(self.step.workload) if not (pod.deleting or pod.finished)]

    def newcomers(self) -> list[PodNow]:
        """Return pods that were not there before."""
        return [pod for pod in self.running() if pod.uid not in self.known]

    def look(self) -> tuple[str, ...]:
        """Take what is there now for known, and return what was not."""
        self.most_ready = max(self.most_ready, sum(pod.ready_since is not None for pod in self.running()))
        fresh = {pod.uid for pod in self.run.cluster.pods_of(self.step.workload)} - self.known
        self.known |= fresh
        return tuple(sorted(fresh))

    def due(self) -> int | None:
        """Return how many pods it is to have: where its kind does not say, as many as were Ready before, if any."""
        wanted = self.run.cluster.wanted(self.step.workload)
        return (self.most_ready or None) if wanted is None else wanted

    def is_deleted(self) -> bool:
        """Whether nobody makes new pods any more."""
        return not self.is_bare and not self.run.cluster.alive(self.step.workload)

    def is_fit(self, pod: PlannedPod) -> bool:
        """Whether it is fit by now: a platform version may be annotated some time after its instance runs."""
        now = self.run.cluster.pod(pod.uid)
        return now is not None and bool(self.run.settings.fit(now.platform_version))

    def lacks(self, pod: PlannedPod) -> str:
        """Say what it lacks to lose this pod: somebody who makes another, or others that are Ready; "" if nothing."""
        if self.is_deleted():
            return "its workload was deleted, and it runs on"
        due = (self.due() or 0) - 1
        others = {other.uid: other.ready_since is not None for other in self.running()}
        if not others.pop(pod.uid, True):  # it serves nobody, and so need not wait for others that go for the same
            due -= sum(not others.get(planned.uid, True) for planned in self.step.pods)
        ready = sum(others.values())
        return f"others of its workload: {ready} are Ready, {due} are due" if ready < due else ""

    def write(self, event: Event, pods: Iterable[PlannedPod], text: str = "", **more: object) -> None:
        """Write a line for each pod, all at once."""
        line = self.run.author.line(event, self.step.workload, text)
        lines = [msgspec.structs.replace(line, pod=pod.name, uid=pod.uid, **more) for pod in pods]
        self.run.journal.write(*lines)

    def go(self, pods: int = 1) -> None:
        """Take note that so many pods go now."""
        self._went = asyncio.get_running_loop().time(), pods

    def end(
        self,
        pod: PlannedPod,
        fate: Fate,
        why: str = "",
        *,
        replacement: PodNow | None = None,
        new_version: str | None = None,
    ) -> Outcome:
        """Write down and return what became of a pod. What replaces it replaces no other."""
        uids, name = ((replacement.uid,), replacement.name) if replacement else ((), "")
        new_version = replacement.platform_version if replacement else new_version
        self.known.update(uids)
        if event := _EVENTS.get(fate):
            self.write(event, [pod], why or name, beside=uids)
        outcome = Outcome(
            workload=self.step.workload,
            pod=pod,
            fate=fate,
            why=why,
            replacement=name,
            new_version=new_version,
            took=self._took() if new_version and fate is not Fate.GONE else None,
        )
        self.outcomes.append(outcome)
        done = sum(one.fate in DONE for one in self.outcomes)
        if fate in DONE:  # of a restart all were counted as they went
            done = max(done, self._progress.done)
        self.tell(done=done, in_hand="", waiting_for="")
        return outcome

    def _took(self) -> float | None:
        """Return seconds for one of those that went, as if they had gone one by one."""
        if self._went is None:
            return None
        since, pods = self._went
        seconds = (asyncio.get_running_loop().time() - since) / pods - self.step.min_ready_seconds
        return round(max(0.0, seconds), 1)

    def tell(self, **changes: object) -> None:
        """Tell how far it has come, if that has changed."""
        progress = msgspec.structs.replace(self._progress, **changes)
        if progress != self._progress:
            self._progress = progress
            self.run.tell(progress)

    def telling(self, pod: PlannedPod) -> Callable[[str], None]:
        """Return how to tell what is waited for while this pod is dealt with."""
        return lambda waiting_for: self.tell(in_hand=pod.name, waiting_for=waiting_for)
