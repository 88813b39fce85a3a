"""What keeps a workload out of the plan, whatever the strategy."""

from collections.abc import Iterator
from typing import NamedTuple

from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.matrix import Matrix
from webhook.policy.plain_text import plain
from webhook.policy.wording import number
from webhook.readiness.workloads import pin_of
from webhook.recreation.cases import Case
from webhook.recreation.kinds import RESOURCES
from webhook.recreation.plan import Hindrance

SYSTEM_NAMESPACE = "kube-system"


class Obstacle(NamedTuple):
    """A hindrance, and one line that says why."""

    hindrance: Hindrance
    why: str


class Yardstick(NamedTuple):
    """What an obstacle is measured by, beside the workload itself."""

    matrix: Matrix
    target: KubernetesVersion
    namespace: str
    """The one that was asked for; "" is all."""


def with_its_owner(case: Case, yardstick: Yardstick) -> Obstacle | None:
    """Return what is in the way before it is asked how a workload with a controller would be made anew."""
    return next(_found(case, yardstick), None)


def with_its_place(case: Case, yardstick: Yardstick) -> Obstacle | None:
    """Return what is in the way of a workload that could be made anew otherwise."""
    if case.quota is not None and case.quota.over:
        return Obstacle(Hindrance.QUOTA, f"{case.quota}, so new ones would be refused: let it allow more")
    nodes = case.circumstances.nodes
    if nodes and not any(node.ready and node.schedulable for node in nodes):
        state = "cordoned" if any(node.ready for node in nodes) else "not ready"
        others = f" and {len(nodes) - 1} more" if len(nodes) > 1 else ""
        why = f"new pods would wait: no virtual node takes any ({plain(nodes[0].name)}{others}: {state})"
        return Obstacle(Hindrance.NODE_NOT_READY, why)
    if case.workload.namespace == SYSTEM_NAMESPACE != yardstick.namespace:
        return Obstacle(Hindrance.SYSTEM, f"it is the cluster's own: ask for it with -n {SYSTEM_NAMESPACE}")
    return None


def _found(case: Case, yardstick: Yardstick) -> Iterator[Obstacle]:
    if case.runs_to_an_end:
        yield Obstacle(Hindrance.JOB, "it runs to an end: wait for that, or delete it if its work may be lost")
    yield from _of_owner(case)
    yield from unread_budgets(case)
    yield from _of_controller(case, yardstick)


def unread_budgets(case: Case) -> Iterator[Obstacle]:
    """Tell that nobody knows whether a budget holds its pods."""
    if "poddisruptionbudgets" in case.circumstances.missing:
        yield Obstacle(Hindrance.NOT_EXAMINED, _not_read(case, "poddisruptionbudgets"))


def _of_owner(case: Case) -> Iterator[Obstacle]:
    kind, name = plain(case.workload.kind, 63), plain(case.workload.name)
    resource = RESOURCES.get((case.group or "", case.workload.kind))
    if case.controller is not None:
        if case.controller.deleting:
            yield Obstacle(Hindrance.OWNER_GONE, f"{kind} {name} is being deleted")
    elif (case.group, case.workload.kind) == ("apps", "DaemonSet"):
        yield Obstacle(Hindrance.DAEMON_SET, "a new one comes once it is gone, on the same node: delete it by hand")
    elif case.group is None or resource is None:
        group = f" of {plain(case.group, 63)}" if case.group else ""
        yield Obstacle(
            Hindrance.OWNER_UNKNOWN, f"whether a {kind}{group} makes new pods is not known here: recreate by hand"
        )
    elif resource in case.circumstances.missing:
        yield Obstacle(Hindrance.NOT_EXAMINED, _not_read(case, resource))
    else:
        yield Obstacle(Hindrance.OWNER_GONE, f"{kind} {name}, which its pods name, is not there: nobody makes new ones")


def _of_controller(case: Case, yardstick: Yardstick) -> Iterator[Obstacle]:
    controller = case.controller
    if controller is None:
        return
    pinned = pin_of(controller.platform_version, yardstick.matrix, yardstick.target)
    if pinned:
        yield Obstacle(Hindrance.TEMPLATE_PINS_VERSION, pinned)
    if controller.paused:
        yield Obstacle(Hindrance.OWNER_PAUSED, "its rollout is paused: resume it first")
    if controller.replicas == 0:
        yield Obstacle(Hindrance.OWNER_PAUSED, "it is scaled to 0, so it makes no new pods")
    serving = {pod.uid for pod in case.pods if pod.ready and not pod.deleting}
    idle = sum(pod.uid not in serving and not pod.deleting for pod in case.unfit)
    if controller.replicas - len(serving) > idle:  # those that go anyway, and first, are no reason to wait
        deleting = sum(pod.deleting for pod in case.pods)
        until = f"{number(deleting, 'pod')} on the way out: wait for what comes after" if deleting else "mend it first"
        others = ", and it is not those to be made anew that are not" if idle else ""
        why = f"{len(serving)} of {controller.replicas} pods are ready{others}; {until}"
        yield Obstacle(Hindrance.OWNER_UNHEALTHY, why)


def _not_read(case: Case, resource: str) -> str:
    return f"{resource} could not be read: {plain(case.circumstances.missing[resource], 120)}"
