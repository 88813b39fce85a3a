"""How the pods of a workload that nothing hinders are made anew: evicted, by a restart, or not at all after all."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from webhook.policy.plain_text import plain
from webhook.policy.pod_facts import PodFacts
from webhook.policy.wording import number
from webhook.recreation.budgets import Budget
from webhook.recreation.cases import Case
from webhook.recreation.hindrances import Obstacle
from webhook.recreation.plan import Hindrance, PlannedPod, Step, Strategy
from webhook.recreation.planned import planned
from webhook.recreation.rounding import Rollout


class Preference(StrEnum):
    """Which way is preferred."""

    AUTO = "auto"
    """Evict, and restart the Deployments that cannot lose a pod."""
    EVICT = "evict"
    RESTART = "restart"
    """Restart every Deployment that loses no pod by that, and evict the others."""


@dataclass(frozen=True, slots=True)
class Way:
    """What is done, and which of its pods cannot be after all."""

    step: Step | None
    left: tuple[tuple[PodFacts, Obstacle], ...] = ()


def way_of(case: Case, preference: Preference) -> Way:
    """Choose the way for a workload with a controller."""
    refused = [(pod, obstacle) for pod in case.unfit for obstacle in refusals(case.budgets_of(pod))]
    cannot_lose = case.replicas == 1 or any(one.hindrance is Hindrance.BLOCKED_BY_BUDGET for _, one in refused)
    wanted = preference is Preference.RESTART or (preference is Preference.AUTO and cannot_lose)
    if case.workload.kind != "Deployment" or not wanted:
        return _evicting(case, refused, ())
    against = _against_restart(case)
    if against is None:
        return Way(_restart(case))
    why = f"no restart: {against.why}"
    return _evicting(case, [(pod, _both(one, against, why)) for pod, one in refused], (why,))


def evict_notes(case: Case) -> tuple[str, ...]:
    """Return what a person should know of evicting its pods."""
    return tuple(_evict_notes(case))


def _evicting(case: Case, refused: list[tuple[PodFacts, Obstacle]], notes: tuple[str, ...]) -> Way:
    held = {pod.uid for pod, _ in refused}
    free = tuple(planned(pod) for pod in case.unfit if pod.uid not in held)
    return Way(step_of(case, Strategy.EVICT, free, (*evict_notes(case), *notes)) if free else None, tuple(refused))


def _both(budget: Obstacle, against: Obstacle, why: str) -> Obstacle:
    """Say why neither is possible. Of a budget and a quota, the quota is what is mended more easily."""
    quota = against.hindrance is Hindrance.QUOTA and budget.hindrance is Hindrance.BLOCKED_BY_BUDGET
    return Obstacle(Hindrance.QUOTA if quota else budget.hindrance, f"{budget.why}; {why}")


def _restart(case: Case) -> Step:
    unfit = {pod.uid for pod in case.unfit}
    others = sum(pod.uid not in unfit for pod in case.pods)
    more = f", {others} of them fit or not asked for" if others else ""
    count = len(case.pods)
    what = "its pod" if count == 1 else f"all {count} pods"
    notes = [f"a restart obeys the Deployment and not the budget: it makes {what} anew{more}"]
    return step_of(case, Strategy.RESTART, tuple(map(planned, case.pods)), (*notes, *_elsewhere(case), *_scratch(case)))


def step_of(case: Case, strategy: Strategy, pods: tuple[PlannedPod, ...], notes: tuple[str, ...]) -> Step:
    """Return what is done with these pods of a workload."""
    evicted = set() if strategy is Strategy.RESTART else {pod.uid for pod in pods}
    budgets = {budget.name for pod in case.unfit if pod.uid in evicted for budget in case.budgets_of(pod)}
    seconds = case.controller.min_ready_seconds if case.controller else 0
    return Step(
        workload=case.workload,
        strategy=strategy,
        pods=pods,
        min_ready_seconds=seconds,
        on_ordinary_nodes=case.on_ordinary_nodes,
        budgets=tuple(sorted(budgets)),
        notes=notes,
    )


def refusals(budgets: tuple[Budget, ...]) -> Iterator[Obstacle]:
    """Yield at most one reason for which the API server would never let a pod be evicted."""
    if len(budgets) > 1:
        names = ", ".join(plain(budget.name) for budget in budgets)
        yield Obstacle(
            Hindrance.TWO_BUDGETS, f"more than one PodDisruptionBudget selects it ({names}): leave one of them"
        )
    elif budgets and budgets[0].never:
        yield Obstacle(Hindrance.BLOCKED_BY_BUDGET, never_allows(budgets[0]))


def never_allows(budget: Budget) -> str:
    """Say by its arithmetic that a budget never allows a disruption."""
    counts = f"needs {number(budget.desired, 'healthy pod')} and has {budget.healthy} of {budget.expected}"
    return f"{budget} {counts}, so it never allows an eviction ({budget.term}): let it allow one"


def _against_restart(case: Case) -> Obstacle | None:
    """Return why a rolling restart of a Deployment is out of the question; None if nothing is against it."""
    controller = case.controller
    rollout = controller.rollout if controller else None
    if controller is None or rollout is None:
        return Obstacle(Hindrance.BLOCKED_BY_BUDGET, "its strategy is Recreate")
    problem = _rollout_problem(rollout, controller.replicas)
    if problem:
        return Obstacle(Hindrance.BLOCKED_BY_BUDGET, problem)
    if "resourcequotas" in case.circumstances.missing:
        return Obstacle(Hindrance.NOT_EXAMINED, "resourcequotas could not be read")
    return Obstacle(Hindrance.QUOTA, str(case.quota)) if case.quota is not None else None


def _rollout_problem(rollout: Rollout, replicas: int) -> str:
    try:
        surge, unavailable = rollout.resolve(replicas)
    except ValueError:
        return "its maxSurge or maxUnavailable cannot be read"
    if surge and not unavailable:
        return ""
    return f"its rolling update resolves to maxSurge {surge}, maxUnavailable {unavailable}"


def _evict_notes(case: Case) -> Iterator[str]:
    if case.controller is not None and case.replicas == 1:
        yield "one replica: nothing serves until the new one is ready"
    budgets = {budget.name: budget for pod in case.unfit for budget in case.budgets_of(pod)}
    for budget in budgets.values():
        if budget.stale:
            yield f"{budget} has changed since it was counted"
        elif budget.allowed <= 0 and not budget.never:
            counts = f"needs {budget.desired}, has {budget.healthy} of {budget.expected}"
            yield f"{budget} allows none now ({counts}): each waits until it does"
    if case.quota is not None:
        yield f"{case.quota}: a new one comes when the old one has made room, if no other pod is sooner"
    deleting = sum(pod.deleting for pod in case.unfit)
    if deleting:
        yield f"{number(deleting, 'pod')} on the way out already"
    yield from _elsewhere(case)
    yield from _scratch(case)


def _elsewhere(case: Case) -> Iterator[str]:
    if case.on_ordinary_nodes:
        where = f"{case.on_ordinary_nodes} of its {len(case.pods)} pods on ordinary nodes"
        yield f"{where}: a new one that comes up there needs no platform version"


def _scratch(case: Case) -> Iterator[str]:
    if any(pod.scratch for pod in case.pods):
        yield "emptyDir volumes begin empty"
