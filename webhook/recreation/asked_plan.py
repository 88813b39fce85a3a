"""A plan with what the API server answers to its evictions now, as it is saved and printed for programs."""

from msgspec import Struct, structs

from webhook.recreation.plan import Plan
from webhook.recreation.probing import Answers
from webhook.recreation.seams import Eviction


class DryRun(Struct, frozen=True, rename="camel", kw_only=True):
    """An answer to the eviction of one pod, as if it were the only one."""

    namespace: str
    name: str
    uid: str
    answer: Eviction
    said: str = ""
    """In the API server's words; one plain line."""


class AskedPlan(Plan, frozen=True, rename="camel", kw_only=True):
    """A plan, and the answers. They leave no pod out: when its turn comes, it may get another."""

    dry_runs: tuple[DryRun, ...] = ()
    """In the order of the plan; a restart is no eviction."""


def asked_plan(plan: Plan, answers: Answers) -> AskedPlan:
    """Put both together."""
    runs = tuple(
        DryRun(namespace=pod.namespace, name=pod.name, uid=pod.uid, answer=one.eviction, said=one.said)
        for pod, one in answers.items()
    )
    return AskedPlan(**structs.asdict(plan), dry_runs=runs)
