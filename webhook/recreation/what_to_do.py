"""What there is to do: the plan, and what an earlier run had in hand, together one for each workload."""

from collections.abc import Iterable, Mapping

from msgspec import structs

from webhook.recreation.earlier import LeftWork
from webhook.recreation.journal import Event
from webhook.recreation.one_workload import OneWorkload
from webhook.recreation.plan import Step
from webhook.recreation.run import Run
from webhook.recreation.seams import Cluster
from webhook.recreation.work import Work


def works_of(
    run: Run, steps: Iterable[Step], lefts: Mapping[str, LeftWork], finished: frozenset[str]
) -> list[OneWorkload]:
    """Return what there is to do: what was left in hand and is not in the plan, then the plan in its order."""
    steps_by_uid = {step.workload.uid: step for step in steps}
    uids = [*(uid for uid in lefts if uid not in steps_by_uid), *steps_by_uid]
    works = (_one(run, steps_by_uid.get(uid), lefts.get(uid), finished) for uid in uids)
    return [work for work in works if work is not None]


def _one(run: Run, step: Step | None, left: LeftWork | None, finished: frozenset[str]) -> OneWorkload | None:
    planned = tuple(pod for pod in step.pods if pod.uid not in finished) if step else ()
    if left is None:
        return OneWorkload(work=Work(run=run, step=step, known=set())) if step and planned else None
    in_hand = left.in_hand(lambda uid: _went(run.cluster, uid))
    evicted = tuple(one for one in in_hand if not one.is_of_restart)
    # A restart of which nobody saw whether it was granted is asked for once more, as the same, if pods of it are left.
    is_left = any(pod.uid in left.pods for pod in planned)
    restarted = tuple(one.pod for one in in_hand if one.last is Event.RESTARTED or (one.is_of_restart and not is_left))
    pods = {pod.uid: pod for pod in (*(one.pod for one in in_hand), *planned)}
    if not pods:
        return None
    whole = structs.replace(step or left.step(), pods=tuple(pods.values()))
    return OneWorkload(
        work=Work(run=run, step=whole, known=left.pods.keys() | left.beside),
        in_hand=evicted,
        restarted=restarted,
        asked_for=left.asked_for(),
        restart_at=left.restart_at if is_left else None,
    )


def _went(cluster: Cluster, uid: str) -> bool:
    """Whether a pod that was asked to go does so. One that runs on is asked anew only if the plan names it."""
    now = cluster.pod(uid)
    return now is None or now.deleting
