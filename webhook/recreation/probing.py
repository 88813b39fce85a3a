"""What the API server would answer to each planned eviction now, asked without consequence."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping

from webhook.policy.plain_text import plain
from webhook.policy.wording import number
from webhook.recreation.plan import Plan, PlannedPod, Strategy
from webhook.recreation.seams import Eviction, EvictionAnswer, Evictor

_AT_ONCE = 5
_MOST_SAID = 5
_WORDS = {
    Eviction.ACCEPTED: "may go now",
    Eviction.GONE: "gone already",
    Eviction.BUDGET: "held by a budget now",
    Eviction.THROTTLED: "not answered, for the API server is busy",
    Eviction.TWO_BUDGETS: "selected by two budgets",
    Eviction.FORBIDDEN: "forbidden",
    Eviction.REFUSED: "refused",
    Eviction.UNREACHABLE: "not answered",
}
_NOT_ODD = (Eviction.ACCEPTED, Eviction.GONE, Eviction.BUDGET, Eviction.FORBIDDEN)
"""Waiting mends it, or ``missing_right`` tells of it."""
_RIGHTS = "manifests/examples/recreate/cluster-role.yaml"

Answers = Mapping[PlannedPod, EvictionAnswer]


async def probe(plan: Plan, cluster: Evictor) -> Answers:
    """Ask for every pod that is to be evicted. Each is asked for as if it were the only one."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def ask(pod: PlannedPod) -> EvictionAnswer:
        async with turns:
            return await cluster.evict(pod, dry_run=True)

    pods = [pod for step in plan.steps if step.strategy is not Strategy.RESTART for pod in step.pods]
    return dict(zip(pods, await asyncio.gather(*map(ask, pods)), strict=True))


def missing_right(answers: Answers) -> str:
    """Say which right is missing, in the API server's words, and what gives it; "" where none is."""
    said = next((one.said for one in answers.values() if one.eviction is Eviction.FORBIDDEN), "")
    return f"{plain(said.rpartition('forbidden: ')[2])}: {_RIGHTS} gives that right" if said else ""


def tell(answers: Answers) -> str:
    """Say how often what was answered."""
    counts = Counter(answer.eviction for answer in answers.values())
    told = ", ".join(f"{counts[one]} {_WORDS[one]}" for one in Eviction if counts[one])
    return f"Asked the API server for {number(len(answers), 'eviction')} as a dry run: {told or 'none'}"


def tell_refusals(pods: Iterable[PlannedPod], answers: Answers) -> list[str]:
    """Say in the API server's words, of these pods, what no waiting mends."""
    odd = [(pod, answers[pod]) for pod in pods if pod in answers and answers[pod].eviction not in _NOT_ODD]
    lines = [f"{plain(pod.name)} {_WORDS[one.eviction]}: {plain(one.said)}" for pod, one in odd[:_MOST_SAID]]
    if len(odd) > _MOST_SAID:
        lines.append(f"... and {len(odd) - _MOST_SAID} more, as -o json tells")
    return lines
