"""What is known of a cluster in, a plan out. Pure: it reads nothing, and changes nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from webhook.inventory.inventory import Inventory
from webhook.policy.plain_text import plain
from webhook.policy.pod_facts import PodFacts
from webhook.policy.policy import Policy
from webhook.policy.reasons import Reason
from webhook.policy.verdict import Verdict
from webhook.readiness.judged import Standings
from webhook.recreation.bare_pods import Bare, way_of_bare
from webhook.recreation.cases import Case, Families
from webhook.recreation.circumstances import Circumstances, PodAround
from webhook.recreation.hindrances import Obstacle, Yardstick, with_its_owner, with_its_place
from webhook.recreation.plan import Hindrance, LeftOut, Plan, Step, Strategy, WorkloadRef
from webhook.recreation.planned import planned
from webhook.recreation.scope import Scope
from webhook.recreation.ways import Preference, Way, way_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What was asked for."""

    scope: Scope = field(default_factory=Scope)
    preference: Preference = Preference.AUTO
    bare: Bare = Bare.SKIP


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A cluster as it was seen, at about one instant."""

    inventory: Inventory
    pods: Mapping[str, PodAround]
    """Every pod, by uid."""
    circumstances: Circumstances


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan, and how much of the cluster it speaks of."""

    plan: Plan
    in_scope: int
    """ECI pods that were judged."""
    unfit: int
    """Of these, pods that cannot run under the target."""
    unknown: int
    """Of these, pods that nobody can judge."""


def make_plan(sight: Sight, policy: Policy, wishes: Wishes, now: datetime) -> Planned:
    """Plan for the policy's target. Every unfit pod of the scope is in one step, or left out once."""
    eci = frozenset(pod.uid for pod in sight.inventory.pods)
    families, scope = Families(sight.circumstances, sight.pods, eci), wishes.scope
    groups: dict[WorkloadRef, str | None] = {}
    unfit: dict[WorkloadRef, list[PodFacts]] = {}
    unknown: dict[WorkloadRef, list[tuple[PodFacts, Reason]]] = {}
    in_scope = 0
    for pod, reason in Standings(sight.inventory.pods, policy).judge(policy.target, now):
        workload, group = families.workload_of(pod)
        if not (scope.holds(pod) and scope.holds_workload(workload)):
            continue
        in_scope += 1
        if reason.verdict is Verdict.INCOMPATIBLE:
            groups[workload] = group
            unfit.setdefault(workload, []).append(pod)
        elif reason.verdict is Verdict.UNKNOWN:
            unknown.setdefault(workload, []).append((pod, reason))
    yardstick = Yardstick(policy.matrix, policy.target, scope.namespace)
    cases = [families.case_of(workload, groups[workload], pods) for workload, pods in unfit.items()]
    ways = [(case, _way(case, yardstick, wishes)) for case in cases]
    steps = sorted(((way.step, case) for case, way in ways if way.step is not None), key=_turn)
    touched = {pod.uid for step, _ in steps for pod in step.pods}
    left = [one for case, way in ways for one in _left_out(case.workload, way.left)]
    for workload, found in unknown.items():
        apart = [(pod, _unknown(reason)) for pod, reason in found if pod.uid not in touched]
        left += _left_out(workload, tuple(apart))
    plan = Plan(
        cluster=sight.inventory.source,
        cluster_id=plain(sight.inventory.cluster_id, 63),
        target=str(policy.target),
        made_at=f"{now:%Y-%m-%dT%H:%M:%SZ}",
        namespace=scope.namespace,
        selector=scope.selector_text,
        workload="/".join(scope.workload or ()),
        steps=tuple(step for step, _ in steps),
        left_out=tuple(sorted(left, key=lambda one: (one.workload, one.hindrance))),
    )
    return Planned(
        plan=plan,
        in_scope=in_scope,
        unfit=sum(map(len, unfit.values())),
        unknown=sum(map(len, unknown.values())),
    )


def _way(case: Case, yardstick: Yardstick, wishes: Wishes) -> Way:
    obstacle = None if case.bare else with_its_owner(case, yardstick)
    if obstacle is None:
        way = way_of_bare(case, wishes.bare) if case.bare else way_of(case, wishes.preference)
        obstacle = with_its_place(case, yardstick)
        if obstacle is None or way.step is None:
            return way
        held = {pod.uid for pod, _ in way.left}
        return Way(None, (*way.left, *((pod, obstacle) for pod in case.unfit if pod.uid not in held)))
    return Way(None, tuple((pod, obstacle) for pod in case.unfit))


def _left_out(workload: WorkloadRef, left: tuple[tuple[PodFacts, Obstacle], ...]) -> Iterator[LeftOut]:
    """Put together what is left out for the same reason."""
    for obstacle in dict.fromkeys(obstacle for _, obstacle in left):
        pods = tuple(planned(pod) for pod, why in left if why == obstacle)
        yield LeftOut(workload=workload, pods=pods, hindrance=obstacle.hindrance, why=obstacle.why)


def _unknown(reason: Reason) -> Obstacle:
    return Obstacle(Hindrance.NOT_EXAMINED, f"{reason.meaning}: {reason.remedy}")


_ORDER = {strategy: place for place, strategy in enumerate(Strategy)}


def _turn(one: tuple[Step, Case]) -> tuple[int, bool, int, WorkloadRef]:
    """Evictions first, so that the first pod is the canary; then those that lose the least by losing one.

    A canary whose successor may come up on an ordinary node may prove nothing, so such workloads wait.
    """
    step, case = one
    return _ORDER[step.strategy], step.on_ordinary_nodes > 0, -case.replicas, step.workload
