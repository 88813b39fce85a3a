"""Workloads whose evictions are asked of one budget go one after the other."""

from hypothesis import given
from hypothesis import strategies as st

from tests.recreation.scene import Scene, fates
from tests.recreation.virtual_time import run
from tests.recreation.world import Reborn, later
from webhook.recreation.outcome import Fate
from webhook.recreation.plan import Step, Strategy, WorkloadRef
from webhook.recreation.turns import turns


def test_only_one_of_them_is_asked_for_at_a_time_and_others_go_beside() -> None:
    async def main() -> None:
        scene = Scene(most=2)
        scene.world.add("web", 2, min_available=1, budget="both")
        scene.world.add("api", 2, min_available=1, budget="both")
        scene.world.add("db", 6, reborn=Reborn(ready_after=0.5))
        assert fates(await scene.run()) == [Fate.REPLACED] * 10
        asked = [name.partition("-")[0] for _, name in sorted(scene.cluster.asked)]
        assert [name for name in asked if name != "db"] == ["web", "web", "api", "api"]
        assert "db" in asked[: asked.index("api")]

    run(main())


def test_one_that_the_budget_blocks_gives_its_turn_to_the_next_when_its_time_is_over() -> None:
    async def main() -> None:
        scene = Scene()
        scene.world.add("db", 1)
        scene.world.add("web", 2, min_available=4, budget="both")
        api = scene.world.add("api", 2, min_available=4, budget="both")
        later(70, lambda: setattr(api, "min_available", 3))
        result = await scene.run()
        assert fates(result) == [Fate.REPLACED, Fate.BLOCKED, Fate.NOT_BEGUN, Fate.REPLACED, Fate.REPLACED]
        assert min(when for when, name in scene.cluster.asked if name.startswith("api")) > 60

    run(main())


def a_step(number: int, budgets: frozenset[str], namespace: str = "shop") -> Step:
    workload = WorkloadRef(namespace=namespace, kind="Deployment", name=str(number), uid=str(number))
    return Step(workload=workload, strategy=Strategy.EVICT, pods=(), budgets=tuple(sorted(budgets)))


def rows_of(*steps: Step) -> list[list[str]]:
    return [[step.workload.name for step in row] for row in turns(steps, lambda step: step)]


def test_what_two_have_in_common_with_a_third_keeps_all_three_apart() -> None:
    a, b, ab = frozenset("a"), frozenset("b"), frozenset("ab")
    assert rows_of(a_step(1, b), a_step(2, a), a_step(3, frozenset()), a_step(4, ab), a_step(5, a)) == [
        ["1", "2", "4", "5"],
        ["3"],
    ]


def test_budgets_of_one_name_in_two_namespaces_are_two() -> None:
    a = frozenset("a")
    assert rows_of(a_step(1, a), a_step(2, a, "stage")) == [["1"], ["2"]]


@given(st.lists(st.frozensets(st.sampled_from("abcdef"), max_size=2), max_size=12))
def test_each_is_in_one_row_and_no_two_rows_have_a_budget_in_common(held: list[frozenset[str]]) -> None:
    rows = turns([a_step(number, budgets) for number, budgets in enumerate(held)], lambda step: step)
    assert sorted(int(step.workload.name) for row in rows for step in row) == list(range(len(held)))
    asked = [{budget for step in row for budget in step.budgets} for row in rows]
    assert sum(map(len, asked)) == len(set().union(*asked))
