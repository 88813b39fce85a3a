"""Unfit pods by the workload that a person knows, and how each can be recreated."""

from collections import Counter
from collections.abc import Iterator

from webhook.inventory.surroundings import Budget, Surroundings
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.matrix import UNSET, Matrix, normalise
from webhook.policy.owner import Owner
from webhook.policy.plain_text import plain
from webhook.policy.pod_facts import PodFacts
from webhook.policy.reasons import Reason
from webhook.policy.recreation import Recreation
from webhook.policy.verdict import Verdict
from webhook.readiness.judged import Judged
from webhook.readiness.report import Workload

_BARE = "Pod"
_Key = tuple[str, str, str]
"""Namespace, kind and name; a bare pod is its own workload."""


class Workloads:
    """Tells which workload a pod belongs to, and what a person has to know of it."""

    def __init__(self, surroundings: Surroundings, matrix: Matrix, target: KubernetesVersion) -> None:
        self._surroundings = surroundings
        self._recreations = _Recreations(surroundings, matrix, target)
        self._ids: dict[_Key, str] = {}

    def id_of(self, pod: PodFacts) -> str:
        """Return the stable id of its workload: ``namespace/Kind/name``."""
        key = self._key(pod)
        known = self._ids.get(key)
        if known is None:
            known = self._ids[key] = "/".join(map(plain, key))
        return known

    def group(self, judged: Judged, *, fit_too: bool) -> tuple[Workload, ...]:
        """Return the workloads that have unfit pods, or all if so asked, in order of namespace, kind and name."""
        places: dict[str, dict[_Key, list[int]]] = {}  # sorted a namespace at a time: one sort of all takes too long
        for place, pod in enumerate(judged.pods):
            places.setdefault(pod.namespace, {}).setdefault(self._key(pod), []).append(place)
        return tuple(
            self._workload(key, places[namespace][key], judged)
            for namespace in sorted(places)
            for key in sorted(places[namespace])
            if fit_too or any(judged.reasons[place].unfit for place in places[namespace][key])
        )

    def _key(self, pod: PodFacts) -> _Key:
        owner = self._surroundings.top_owner(pod)
        return (pod.namespace, _BARE, pod.name) if owner is None else (pod.namespace, owner.kind, owner.name)

    def _workload(self, key: _Key, places: list[int], judged: Judged) -> Workload:
        namespace, kind, name = map(plain, key)
        pods = [judged.pods[place] for place in places]
        unfit = [judged.pods[place] for place in places if judged.reasons[place].unfit]
        reasons = {judged.reasons[place] for place in places if judged.reasons[place].unfit}
        found = self._recreations.of(unfit or pods)
        found.sort(key=lambda one: _GRAVITY[one[0]])
        verdicts = Counter(judged.reasons[place].verdict for place in places)
        return Workload(
            id=self.id_of(pods[0]),
            namespace=namespace,
            kind=kind,
            name=name,
            eci_pods=len(pods),
            by_verdict={verdict: verdicts[verdict] for verdict in Verdict if verdict in verdicts},
            reasons=tuple(reason.code for reason in Reason if reason in reasons),
            recreation=found[0][0],
            notes=tuple(note for _, note in found),
        )


class _Recreations:
    """Says how workloads can be recreated."""

    def __init__(self, surroundings: Surroundings, matrix: Matrix, target: KubernetesVersion) -> None:
        self._surroundings = surroundings
        self._matrix = matrix
        self._target = target

    def of(self, pods: list[PodFacts]) -> list[tuple[Recreation, str]]:
        """Return everything to know about recreating pods of one workload, the gravest first."""
        first = pods[0]
        if first.owner is None:
            return [(Recreation.BARE_POD, "no controller makes it anew: it will not come back")]
        owner = self._surroundings.top_owner(first) or first.owner
        found = [*self._pinned(owner), *self._blocked(pods), *self._running_once(owner), *self._single(owner)]
        unknown = self._unknown(owner)
        if unknown:
            return [*found, (Recreation.NOT_EXAMINED, unknown)]
        return [*found, (Recreation.BY_CONTROLLER, f"its {plain(owner.kind, 63)} makes new pods")]

    def _pinned(self, owner: Owner) -> Iterator[tuple[Recreation, str]]:
        template = self._surroundings.templates.get(owner.uid)
        pinned = pin_of(template.platform_version if template else None, self._matrix, self._target)
        if pinned:
            yield Recreation.TEMPLATE_PINS_VERSION, pinned

    def _blocked(self, pods: list[PodFacts]) -> Iterator[tuple[Recreation, str]]:
        blocking = {budget.name: budget for pod in pods for budget in self._surroundings.budgets_of(pod)}
        for name in sorted(blocking):
            if blocking[name].allowed <= 0:
                yield Recreation.BLOCKED_BY_BUDGET, _refusal(blocking[name])

    def _running_once(self, owner: Owner) -> Iterator[tuple[Recreation, str]]:
        if owner.kind in ("Job", "CronJob"):
            yield Recreation.JOB, "it runs to an end: evicted, it begins again or counts as failed"

    def _single(self, owner: Owner) -> Iterator[tuple[Recreation, str]]:
        template = self._surroundings.templates.get(owner.uid)
        if template is not None and template.replicas == 1:
            yield Recreation.SINGLE_REPLICA, "it has one replica: nothing serves until the new one is ready"

    def _unknown(self, owner: Owner) -> str:
        if not self._surroundings.examined:
            return "owners, templates and budgets were not examined"
        if owner.kind not in _RESOURCES:
            return f"the template of a {plain(owner.kind, 63)} was not examined"
        relevant = {"poddisruptionbudgets", *_RESOURCES[owner.kind]}
        missing = [f"{what} ({why})" for what, why in self._surroundings.missing.items() if what in relevant]
        return f"not examined: {plain(', '.join(missing), 200)}" if missing else ""


_RESOURCES = {
    "Deployment": ("deployments", "replicasets"),
    "StatefulSet": ("statefulsets",),
    "Job": ("jobs",),
    "CronJob": ("jobs",),
}
"""What must have been read to know all about a workload of this kind. Of other kinds no template is read."""

_GRAVITY = {recreation: place for place, recreation in enumerate(Recreation)}


def pin_of(declared: str | None, matrix: Matrix, target: KubernetesVersion) -> str:
    """Say that a template declares a version that is not known to fit; "" where it declares none, or a good one."""
    version = normalise(declared)
    if version == UNSET or matrix.judge(version, target).verdict is Verdict.COMPATIBLE:
        return ""
    return f"its template declares {plain(version, 24)}: take that out first"


def _refusal(budget: Budget) -> str:
    return (
        f"PodDisruptionBudget {plain(budget.name)} allows no disruption now: "
        f"{budget.healthy} of {budget.desired} pods that it needs are healthy"
    )
