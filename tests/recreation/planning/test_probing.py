"""What the API server would answer now is asked for each eviction, and told in few lines."""

import asyncio
from typing import cast

from webhook.recreation.plan import PlannedPod, Strategy
from webhook.recreation.probing import missing_right, probe, tell
from webhook.recreation.seams import Cluster, Eviction, EvictionAnswer

from .objects import controller, deployment, members
from .sights import plan

DB = controller("StatefulSet", "db", replicas=8)
PLAN = plan(DB, *members(DB, 8), *deployment("once", replicas=1))
PODS = [pod for step in PLAN.steps if step.strategy is Strategy.EVICT for pod in step.pods]


class Answering:
    """Of a cluster only what is asked here; anything else that was asked would fail."""

    def __init__(self, answers: dict[str, EvictionAnswer]) -> None:
        self._answers = answers
        self.asked: list[str] = []
        self.in_flight = self.most = 0

    async def evict(self, pod: PlannedPod, *, dry_run: bool = False) -> EvictionAnswer:
        assert dry_run
        self.asked.append(pod.name)
        self.in_flight += 1
        self.most = max(self.most, self.in_flight)
        await asyncio.sleep(0)
        self.in_flight -= 1
        return self._answers.get(pod.name, EvictionAnswer(eviction=Eviction.ACCEPTED))


def probed(**answers: EvictionAnswer) -> tuple[str, Answering]:
    cluster = Answering({name.replace("_", "-"): answer for name, answer in answers.items()})
    return tell(asyncio.run(probe(PLAN, cast("Cluster", cluster)))), cluster


def test_each_pod_that_is_to_be_evicted_is_asked_for_once_and_a_few_at_a_time() -> None:
    told, cluster = probed()
    assert sorted(cluster.asked) == [f"db-{place}" for place in range(8)]
    assert 1 < cluster.most <= 5
    assert told == "Asked the API server for 8 evictions as a dry run: 8 may go now\n"


def test_what_waiting_mends_is_counted_and_what_it_does_not_is_told() -> None:
    refused = EvictionAnswer(eviction=Eviction.REFUSED, said="pods is forbidden:\nno right")
    told, _ = probed(db_0=refused, db_1=EvictionAnswer(eviction=Eviction.BUDGET, said="not now"))
    assert told == (
        "Asked the API server for 8 evictions as a dry run: 6 may go now, 1 held by a budget now, 1 refused\n"
        "  shop/db-0: pods is forbidden:\N{REPLACEMENT CHARACTER}no right\n"
    )


def test_a_missing_right_is_told_once_with_what_gives_it_and_nothing_else_is_taken_for_one() -> None:
    right = 'User "anna" cannot create resource "pods/eviction" in API group "" in the namespace "shop"'
    said = f'the API server answered 403 pods "db-0" is forbidden: {right}'
    forbidden = EvictionAnswer(eviction=Eviction.FORBIDDEN, said=said)
    answers = dict.fromkeys(PODS, forbidden)
    assert missing_right(answers) == f"{right}: manifests/examples/recreate/cluster-role.yaml gives that right"
    assert tell(answers) == "Asked the API server for 8 evictions as a dry run: 8 forbidden\n"
    others = [EvictionAnswer(eviction=one, said=said) for one in Eviction if one is not Eviction.FORBIDDEN]
    assert missing_right(dict(zip(PODS, others, strict=False))) == ""


def test_a_long_list_is_cut_and_says_so() -> None:
    busy = EvictionAnswer(eviction=Eviction.TWO_BUDGETS, said="two")
    told, _ = probed(**{f"db_{place}": busy for place in range(7)})
    assert told.count("two\n") == 5
    assert told.endswith("  ... and 2 more\n")
