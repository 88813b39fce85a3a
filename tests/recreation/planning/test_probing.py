"""What the API server would answer now is asked for each eviction, and told in few lines."""

import asyncio
import json
from typing import cast

import jsonschema
import msgspec

from webhook.recreation.asked_plan import asked_plan
from webhook.recreation.json_schema import json_schema
from webhook.recreation.plan import Plan, PlannedPod, Strategy
from webhook.recreation.probing import Answers, missing_right, probe, tell, tell_refusals
from webhook.recreation.seams import Cluster, Eviction, EvictionAnswer
from webhook.recreation.showing import plan_json, plan_table

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


def probed(**answers: EvictionAnswer) -> tuple[Answers, Answering]:
    cluster = Answering({name.replace("_", "-"): answer for name, answer in answers.items()})
    return asyncio.run(probe(PLAN, cast("Cluster", cluster))), cluster


def test_each_pod_that_is_to_be_evicted_is_asked_for_once_and_a_few_at_a_time() -> None:
    answers, cluster = probed()
    assert sorted(cluster.asked) == [f"db-{place}" for place in range(8)]
    assert 1 < cluster.most <= 5
    assert tell(answers) == "Asked the API server for 8 evictions as a dry run: 8 may go now"
    assert tell_refusals(answers, answers) == []


def test_what_waiting_mends_is_counted_and_what_it_does_not_is_told_with_its_pod() -> None:
    refused = EvictionAnswer(eviction=Eviction.REFUSED, said="no:\nnot by me")
    answers, _ = probed(db_0=refused, db_1=EvictionAnswer(eviction=Eviction.BUDGET, said="not now"))
    counts = "6 may go now, 1 held by a budget now, 1 refused"
    assert tell(answers) == f"Asked the API server for 8 evictions as a dry run: {counts}"
    under = "      - db-0 refused: no:\N{REPLACEMENT CHARACTER}not by me\n"
    assert f"db-3 and 3 more\n{under}  2   shop" in plan_table(PLAN, answers)


def test_a_missing_right_is_told_once_with_what_gives_it_and_nothing_else_is_taken_for_one() -> None:
    right = 'User "anna" cannot create resource "pods/eviction" in API group "" in the namespace "shop"'
    said = f'the API server answered 403 pods "db-0" is forbidden: {right}'
    forbidden = EvictionAnswer(eviction=Eviction.FORBIDDEN, said=said)
    answers = dict.fromkeys(PODS, forbidden)
    assert missing_right(answers) == f"{right}: manifests/examples/recreate/cluster-role.yaml gives that right"
    assert tell(answers) == "Asked the API server for 8 evictions as a dry run: 8 forbidden"
    others = [EvictionAnswer(eviction=one, said=said) for one in Eviction if one is not Eviction.FORBIDDEN]
    assert missing_right(dict(zip(PODS, others, strict=False))) == ""


def test_a_long_list_is_cut_and_says_so() -> None:
    busy = EvictionAnswer(eviction=Eviction.TWO_BUDGETS, said="two")
    answers, _ = probed(**{f"db_{place}": busy for place in range(7)})
    *told, more = tell_refusals(answers, answers)
    assert told == [f"db-{place} selected by two budgets: two" for place in (6, 5, 4, 3, 2)]
    assert more == "... and 2 more, as -o json tells"


def test_every_answer_is_in_the_json_in_the_order_of_the_plan() -> None:
    held = EvictionAnswer(eviction=Eviction.BUDGET, said="not now", retry_after=10)
    answers, _ = probed(db_6=held)
    made = plan_json(asked_plan(PLAN, answers))
    jsonschema.validate(json.loads(made), json_schema())
    assert msgspec.json.decode(made, type=Plan) == PLAN
    first, second, *others = json.loads(made)["dryRuns"]
    named = {"namespace": "shop", "name": "db-7", "uid": "uid-of-shop-db-7"}
    assert first == {**named, "answer": "Accepted", "said": ""}
    assert (second["name"], second["answer"], second["said"]) == ("db-6", "Budget", "not now")
    assert len(others) == 6, "and none of the restart"
